//! The tables of jobs and their items.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{dsl::count_star, prelude::*};
use thon_domain::{
    id::{AccountId, EventId, InstanceId, JobId},
    job::{ItemOutcome, Job, JobItem, JobKind, JobTally},
    page::PageRequest,
};

use crate::{
    Connection, StoreError, Writer,
    connection::{Dialect, insert_rows},
    convert::{self, number, parsed, parsed_option, stored},
    schema::{groups, job_items, jobs, users},
};

mod row;

use row::{ItemRow, Row};

/// Adds a job with its items.
///
/// # Errors
/// When there is a job of this id.
pub fn insert(w: &mut Writer<'_>, job: &Job, items: &[JobItem]) -> Result<(), StoreError> {
    diesel::insert_into(jobs::table).values(Row::from(job)).execute(&mut **w)?;
    let rows: Vec<ItemRow> = items.iter().map(ItemRow::from).collect();
    insert_rows!(&mut **w, job_items::table, rows)
}

/// The job of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: JobId) -> Result<Option<Job>, StoreError> {
    convert::one(jobs::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The items of a job, in their order.
///
/// # Errors
/// When one cannot be read.
pub fn items(c: &mut Connection, id: JobId) -> Result<Vec<JobItem>, StoreError> {
    let query = job_items::table.filter(job_items::job_id.eq(id.to_string())).order(job_items::position);
    convert::all(query.select(ItemRow::as_select()).load(c)?)
}

/// Which jobs are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Asked for by this account.
    pub account: Option<AccountId>,
    /// About somebody who is in this event.
    pub event: Option<EventId>,
}

/// One page of jobs, the newest first, and how many there are in all.
///
/// # Errors
/// When one cannot be read.
pub fn page(c: &mut Connection, filter: JobFilter, page: PageRequest) -> Result<(Vec<Job>, u64), StoreError> {
    let query = || -> jobs::BoxedQuery<'static, Dialect> {
        let mut query = jobs::table.into_boxed();
        if let Some(account) = filter.account {
            query = query.filter(jobs::account_id.eq(account.to_string()));
        }
        if let Some(event) = filter.event {
            let people = users::table.inner_join(groups::table).filter(groups::event_id.eq(event.to_string()));
            let about = job_items::table.filter(job_items::user_id.eq_any(people.select(users::id.nullable())));
            query = query.filter(jobs::id.eq_any(about.select(job_items::job_id)));
        }
        query
    };
    let total: i64 = query().count().get_result(c)?;
    let offset = i64::try_from(page.offset()).unwrap_or(i64::MAX);
    let rows = query().order((jobs::created_at.desc(), jobs::id.desc())).limit(page.page_size.into()).offset(offset);
    Ok((convert::all(rows.select(Row::as_select()).load(c)?)?, number(total, "jobs")?))
}

/// How far some jobs are.
///
/// # Errors
/// When it cannot be read.
pub fn tallies(c: &mut Connection, of: &[JobId]) -> Result<HashMap<JobId, JobTally>, StoreError> {
    let ids: Vec<String> = of.iter().map(JobId::to_string).collect();
    let rows: Vec<(String, Option<String>, i64)> = job_items::table
        .filter(job_items::job_id.eq_any(ids))
        .group_by((job_items::job_id, job_items::outcome))
        .select((job_items::job_id, job_items::outcome, count_star()))
        .load(c)?;
    let mut tallies = HashMap::new();
    for (job, outcome, count) in rows {
        let tally: &mut JobTally = tallies.entry(parsed(&job, "job_items.job_id")?).or_default();
        tally.insert(parsed_option(outcome.as_deref(), "job_items.outcome")?, number(count, "job_items")?);
    }
    Ok(tallies)
}

/// The open items of some jobs, in their order.
///
/// # Errors
/// When one cannot be read.
pub fn open_items(c: &mut Connection, of: &[JobId]) -> Result<Vec<JobItem>, StoreError> {
    let ids: Vec<String> = of.iter().map(JobId::to_string).collect();
    let open = job_items::table.filter(job_items::job_id.eq_any(ids)).filter(job_items::outcome.is_null());
    convert::all(open.order((job_items::job_id, job_items::position)).select(ItemRow::as_select()).load(c)?)
}

/// The open items about an instance, with what their jobs do.
///
/// # Errors
/// When one cannot be read.
pub fn open_about(c: &mut Connection, instance: InstanceId) -> Result<Vec<(JobKind, JobItem)>, StoreError> {
    let rows: Vec<(String, ItemRow)> = job_items::table
        .inner_join(jobs::table)
        .filter(job_items::instance_id.eq(instance.to_string()))
        .filter(job_items::outcome.is_null())
        .select((jobs::kind, ItemRow::as_select()))
        .load(c)?;
    rows.into_iter().map(|(kind, row)| Ok((parsed(&kind, "jobs.kind")?, row.try_into()?))).collect()
}

/// Writes down what became of an open item; says whether it was open.
///
/// # Errors
/// When it cannot be written.
pub fn end_item(
    w: &mut Writer<'_>,
    (job, position): (JobId, u32),
    outcome: ItemOutcome,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let ended_at = stored(w.at());
    let open = job_items::table.find((job.to_string(), i64::from(position))).filter(job_items::outcome.is_null());
    let new = (
        job_items::outcome.eq(Some(outcome.to_string())),
        job_items::reason.eq(reason),
        job_items::ended_at.eq(Some(ended_at)),
    );
    Ok(diesel::update(open).set(new).execute(&mut **w)? == 1)
}

/// Writes down that a job is over, if none of its items is open; says whether it is so since now.
///
/// # Errors
/// When it cannot be written.
pub fn finish_if_over(w: &mut Writer<'_>, id: JobId) -> Result<bool, StoreError> {
    let items = job_items::table.filter(job_items::job_id.eq(id.to_string()));
    let open: i64 = items.filter(job_items::outcome.is_null()).count().get_result(&mut **w)?;
    if open > 0 {
        return Ok(false);
    }
    let at = stored(w.at());
    let unfinished = jobs::table.find(id.to_string()).filter(jobs::finished_at.is_null());
    Ok(diesel::update(unfinished).set(jobs::finished_at.eq(Some(at))).execute(&mut **w)? == 1)
}

/// Writes down that a job was called off; says whether it goes on and nobody had.
///
/// # Errors
/// When it cannot be written.
pub fn cancel(w: &mut Writer<'_>, id: JobId) -> Result<bool, StoreError> {
    let at = stored(w.at());
    let running = jobs::table.find(id.to_string()).filter(jobs::finished_at.is_null());
    let running = running.filter(jobs::cancelled_at.is_null());
    Ok(diesel::update(running).set(jobs::cancelled_at.eq(Some(at))).execute(&mut **w)? == 1)
}

/// Forgets the jobs from before a time, with their items; says how many.
///
/// # Errors
/// When it cannot be written.
pub fn forget_before(w: &mut Writer<'_>, at: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(jobs::table.filter(jobs::created_at.lt(stored(at)))).execute(&mut **w)?)
}
