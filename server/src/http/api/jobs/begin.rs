//! `POST /api/jobs`: the same of many, asked in one way for all kinds.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use thon_core::{
    actor::Actor,
    capacity::Who,
    error::Error,
    fleet::{LaunchChoice, Operation},
};
use thon_domain::{
    id::{InstanceId, JobId, UserId},
    job::JobKind,
    name::GroupName,
    problem::{FieldError, Problem},
};
use utoipa::ToSchema;

use super::{
    super::instances::{Instances, not_too_many, usual_minutes},
    shapes::{BegunJob, JobInfo},
};
use crate::http::{extract::Body, identify::Signed, problem::Failed};

/// What is wanted of whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobWish {
    kind: JobKind,
    /// Of a launch: whose instances to start, at most 1000. Without them and without `group`, everybody who has none.
    user_ids: Option<Vec<UserId>>,
    /// Of a launch: those in the group of this name who have none.
    group: Option<GroupName>,
    /// Of every other kind: which instances, at most 1000.
    instance_ids: Option<Vec<InstanceId>>,
    /// How long they may run, 0 for ever. Of a launch of `user_ids`, only organizers may choose; of a renewal, 60 when it is
    /// not given.
    timeout_minutes: Option<u32>,
    /// Of a launch: whether the editors ask for a password, also where that is not usual.
    #[serde(default)]
    secure: bool,
    /// Of a launch: whether nothing shall outlive the sandboxes.
    #[serde(default)]
    ephemeral: bool,
}

/// Whose a job is about, once the wish makes sense.
enum Wanted {
    Users(Vec<UserId>),
    Missing(Option<GroupName>),
    Change(Vec<InstanceId>, Operation),
}

impl JobWish {
    const fn choice(&self) -> LaunchChoice {
        LaunchChoice { timeout_minutes: self.timeout_minutes, secure: self.secure, ephemeral: self.ephemeral }
    }

    fn wanted(self) -> Result<Wanted, Error> {
        let wrong = |field: &str, message: &str| {
            let fields = vec![FieldError { field: field.to_owned(), message: message.to_owned() }];
            Err(Error::Invalid { what: "this job makes no sense".to_owned(), fields })
        };
        let Some(operation) = operation(self.kind, self.timeout_minutes) else {
            return match (self.instance_ids, self.user_ids, self.group, self.timeout_minutes) {
                (Some(_), ..) => wrong("instance_ids", "a launch is for users: give user_ids, group, or neither"),
                (_, Some(_), Some(_), _) => wrong("group", "give either user_ids or group"),
                (_, None, _, Some(_)) => wrong("timeout_minutes", "it is chosen for user_ids only"),
                (_, Some(users), ..) => not_too_many("user_ids", users.len()).map(|()| Wanted::Users(users)),
                (_, None, group, None) => Ok(Wanted::Missing(group)),
            };
        };
        if self.secure || self.ephemeral {
            return wrong("secure", "only a launch takes secure and ephemeral");
        }
        if self.user_ids.is_some() || self.group.is_some() {
            return wrong("instance_ids", "only a launch is for users: give instance_ids");
        }
        let Some(ids) = self.instance_ids else { return wrong("instance_ids", "say which instances") };
        not_too_many("instance_ids", ids.len())?;
        if self.timeout_minutes.is_some() && self.kind != JobKind::Renew {
            return wrong("timeout_minutes", "only a renewal takes it, or a launch");
        }
        Ok(Wanted::Change(ids, operation))
    }
}

/// What is asked of each instance; nothing for a launch, which is about users.
fn operation(kind: JobKind, timeout_minutes: Option<u32>) -> Option<Operation> {
    match kind {
        JobKind::Launch => None,
        JobKind::Pause => Some(Operation::Pause),
        JobKind::Resume => Some(Operation::Resume),
        JobKind::Terminate => Some(Operation::Terminate),
        JobKind::Recreate => Some(Operation::Recreate),
        JobKind::Renew => Some(Operation::Renew { minutes: timeout_minutes.unwrap_or_else(usual_minutes) }),
    }
}

/// Asks the same of many and tells the job that goes on. Without anybody to ask, there is none.
#[utoipa::path(post, path = "/api/jobs", tag = "jobs", operation_id = "begin_job", request_body = JobWish, responses(
    (status = 202, body = BegunJob), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn begin(
    State(of): State<Arc<Instances>>,
    Signed(actor): Signed,
    Body(wish): Body<JobWish>,
) -> Result<(StatusCode, Json<BegunJob>), Failed> {
    let choice = wish.choice();
    let (job, warning) = match wish.wanted()? {
        Wanted::Users(users) => {
            let warning = of.warning(&actor, Who::Users(users.clone())).await;
            (of.fleet.launch_all(&actor, users, choice).await?.job, warning)
        }
        Wanted::Missing(group) => launch_missing(&of, &actor, (group, choice)).await?,
        Wanted::Change(ids, operation) => (of.fleet.change_all(&actor, ids, operation).await?.job, None),
    };
    let job = match job {
        Some(id) => Some(JobInfo::new(of.fleet.job(&actor, id).await?, of.nature.clock.now())),
        None => None,
    };
    Ok((StatusCode::ACCEPTED, Json(BegunJob { job, warning })))
}

async fn launch_missing(
    of: &Instances,
    actor: &Actor,
    (group, choice): (Option<GroupName>, LaunchChoice),
) -> Result<(Option<JobId>, Option<String>), Error> {
    let group = match group {
        Some(name) => Some(of.directory.group_named(actor, name).await?.id),
        None => None,
    };
    let warning = of.warning(actor, group.map_or(Who::Everybody, Who::Group)).await;
    Ok((of.fleet.launch_missing_with(actor, group, choice).await?.job, warning))
}
