//! How jobs and their items are kept.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    job::{Job, JobItem},
    live::Cause,
};

use crate::{
    StoreError,
    convert::{number, parsed, parsed_option, stored},
    schema::{job_items, jobs},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: String,
    kind: String,
    account_id: Option<String>,
    cause: String,
    created_at: NaiveDateTime,
    cancelled_at: Option<NaiveDateTime>,
    finished_at: Option<NaiveDateTime>,
}

impl From<&Job> for Row {
    fn from(job: &Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.to_string(),
            account_id: job.asked_by.account.map(|id| id.to_string()),
            cause: job.asked_by.name.clone(),
            created_at: stored(job.created_at),
            cancelled_at: job.cancelled_at.map(stored),
            finished_at: job.finished_at.map(stored),
        }
    }
}

impl TryFrom<Row> for Job {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "jobs.id")?,
            kind: parsed(&row.kind, "jobs.kind")?,
            asked_by: Cause { account: parsed_option(row.account_id.as_deref(), "jobs.account_id")?, name: row.cause },
            created_at: row.created_at.and_utc(),
            cancelled_at: row.cancelled_at.map(|at| at.and_utc()),
            finished_at: row.finished_at.map(|at| at.and_utc()),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = job_items, treat_none_as_default_value = false)]
pub(super) struct ItemRow {
    job_id: String,
    position: i64,
    user_id: Option<String>,
    label: String,
    instance_id: Option<String>,
    generation: i64,
    outcome: Option<String>,
    reason: Option<String>,
    ended_at: Option<NaiveDateTime>,
}

impl From<&JobItem> for ItemRow {
    fn from(item: &JobItem) -> Self {
        Self {
            job_id: item.job.to_string(),
            position: item.position.into(),
            user_id: item.user.map(|id| id.to_string()),
            label: item.label.clone(),
            instance_id: item.instance.map(|id| id.to_string()),
            generation: item.generation.into(),
            outcome: item.outcome.map(|outcome| outcome.to_string()),
            reason: item.reason.clone(),
            ended_at: item.ended_at.map(stored),
        }
    }
}

impl TryFrom<ItemRow> for JobItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        Ok(Self {
            job: parsed(&row.job_id, "job_items.job_id")?,
            position: number(row.position, "job_items.position")?,
            user: parsed_option(row.user_id.as_deref(), "job_items.user_id")?,
            label: row.label,
            instance: parsed_option(row.instance_id.as_deref(), "job_items.instance_id")?,
            generation: number(row.generation, "job_items.generation")?,
            outcome: parsed_option(row.outcome.as_deref(), "job_items.outcome")?,
            reason: row.reason,
            ended_at: row.ended_at.map(|at| at.and_utc()),
        })
    }
}
