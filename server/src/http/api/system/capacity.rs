//! `/api/system/capacity`: what the machine carries, told before anybody launches.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_core::{
    capacity::{Survey, Who},
    error::Error,
};
use thon_domain::{
    name::GroupName,
    problem::{FieldError, Problem},
};
use utoipa::{IntoParams, ToSchema};

use super::System;
use crate::http::{extract::Query, identify::Signed, problem::Failed};

/// More than any machine carries.
const MOST_USERS: u32 = 100_000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CapacityQuery {
    /// How many sandboxes there shall be in all. Without it, those of everybody who is known count.
    users: Option<u32>,
    /// Only the people of this group count, besides those who have a sandbox.
    group: Option<GroupName>,
}

impl CapacityQuery {
    fn refuse_what_makes_no_sense(&self) -> Result<(), Error> {
        let wrong = |field: &str, message: String| {
            let fields = vec![FieldError { field: field.to_owned(), message }];
            Err(Error::Invalid { what: "this cannot be told".to_owned(), fields })
        };
        match self.users {
            Some(_) if self.group.is_some() => wrong("group", "give either users or group".to_owned()),
            Some(users) if !(1..=MOST_USERS).contains(&users) => wrong("users", format!("must be 1 to {MOST_USERS}")),
            _ => Ok(()),
        }
    }
}

/// What the machine carries.
#[derive(Serialize, ToSchema)]
pub struct CapacityInfo {
    /// For how many sandboxes this was asked, those that are there included.
    users: u32,
    /// How many of them are there.
    running: u32,
    /// So many can all take their limits at the same time.
    fits: u32,
    /// More than this do not even have what people at work take.
    oversubscribed_after: u32,
    /// More than this cannot be started at all.
    hard_limit: u32,
    /// Why no more fit: `memory`, `disk`, `ports` or `networks`.
    limiting: String,
    /// For example `fits 38 of 150 at 2 GiB; oversubscribed after 61`.
    sentence: String,
    /// What to know before so many are launched; `null` when all fit or all are there.
    warning: Option<String>,
    /// Whether people at work would run out of memory, or some could not start.
    oversubscribed: bool,
    /// What each may take of memory, on average.
    limit_memory_bytes: u64,
    /// What each may take of the disk, where that is limited.
    limit_disk_bytes: Option<u64>,
    usual: UsualInfo,
    host: HostInfo,
}

/// What each really takes of memory.
#[derive(Serialize, ToSchema)]
struct UsualInfo {
    memory_bytes: u64,
    /// `measured` on sandboxes that run, or as `documented` while too few do.
    basis: &'static str,
    /// How many were measured.
    measured: u32,
    /// What those took on average.
    measured_memory_bytes: Option<u64>,
}

/// The machine that the sandboxes share.
#[derive(Serialize, ToSchema)]
struct HostInfo {
    memory_bytes: u64,
    cores: u32,
    /// What is free where the volumes are; `null` when that is another machine's disk.
    disk_free_bytes: Option<u64>,
    measured_at: DateTime<Utc>,
}

impl From<Survey> for CapacityInfo {
    fn from(survey: Survey) -> Self {
        let warning = survey.warning();
        let Survey { measured, demand, capacity, running } = survey;
        let usual = measured.usual;
        Self {
            users: demand.sandboxes,
            running,
            fits: capacity.fits,
            oversubscribed_after: capacity.oversubscribed_after,
            hard_limit: capacity.hard_limit,
            limiting: capacity.limiting.to_string(),
            sentence: capacity.sentence,
            oversubscribed: warning.as_ref().is_some_and(|warning| warning.is_oversubscribed),
            warning: warning.map(|warning| warning.sentence),
            limit_memory_bytes: demand.memory_bytes,
            limit_disk_bytes: demand.disk_bytes,
            usual: UsualInfo {
                memory_bytes: usual.memory_bytes,
                basis: if usual.is_measured() { "measured" } else { "documented" },
                measured: usual.measured,
                measured_memory_bytes: usual.measured_bytes,
            },
            host: HostInfo {
                memory_bytes: measured.host.memory_bytes,
                cores: measured.host.cores,
                disk_free_bytes: measured.host.disk_free_bytes,
                measured_at: measured.at,
            },
        }
    }
}

/// Measures the machine and tells how many sandboxes it carries. Measuring takes half a second.
#[utoipa::path(get, path = "/api/system/capacity", tag = "system", params(CapacityQuery), responses(
    (status = 200, body = CapacityInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn tell(
    State(system): State<System>,
    Signed(actor): Signed,
    Query(query): Query<CapacityQuery>,
) -> Result<Json<CapacityInfo>, Failed> {
    query.refuse_what_makes_no_sense()?;
    let who = match (query.users, query.group) {
        (Some(users), _) => Who::Number(users),
        (None, Some(group)) => Who::Group(system.directory.group_named(&actor, group).await?.id),
        (None, None) => Who::Everybody,
    };
    Ok(Json(system.surveyor.survey(&actor, who).await?.into()))
}
