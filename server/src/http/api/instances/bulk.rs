//! The same for many instances: bounded, and with an answer for each.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use thon_core::{
    actor::Actor,
    capacity::Who,
    error::Error,
    fleet::{LaunchChoice, LaunchOutcome, Many, Operation, Outcome},
};
use thon_domain::{
    id::{InstanceId, JobId, UserId},
    instance,
    problem::{FieldError, Problem},
};
use utoipa::ToSchema;

use super::{
    Instances,
    operations::{Recreate, usual_minutes},
    word,
};
use crate::http::{extract::Body, identify::Signed, problem, problem::Failed};

/// The most instances of one request.
pub const MOST: usize = 1000;

/// Which instances.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// At most 1000.
    instance_ids: Vec<InstanceId>,
}

/// Which instances, and how they begin anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecreateMany {
    /// At most 1000.
    instance_ids: Vec<InstanceId>,
    /// With empty homes, and the people's own beside them.
    #[serde(default)]
    rescue: bool,
}

/// Which instances, and how long they may still run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewMany {
    /// At most 1000.
    instance_ids: Vec<InstanceId>,
    /// From now on; 0 for ever, 60 when it is not given.
    #[serde(default = "usual_minutes")]
    timeout_minutes: u32,
}

/// Whose instances to start.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LaunchMany {
    /// At most 1000.
    user_ids: Vec<UserId>,
    /// How long they may run, 0 for ever; only organizers may choose.
    timeout_minutes: Option<u32>,
    /// Whether the editors ask for passwords, also where `vscode.secure` does not make all of them ask.
    #[serde(default)]
    secure: bool,
    /// Whether nothing shall outlive the sandboxes: no volumes are mounted, and the files go with them.
    #[serde(default)]
    ephemeral: bool,
}

/// What became of each, in the order of the request; an id that comes twice is answered once.
#[derive(Serialize, ToSchema)]
pub struct BulkResults {
    results: Vec<BulkResult>,
    /// The job that tells how far they are; not there when nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<JobId>,
    /// Of a launch: that they do not all fit, in a sentence with numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

impl BulkResults {
    fn of<T: Into<BulkResult>>(many: Many<T>) -> Self {
        Self { results: many.each.into_iter().map(Into::into).collect(), job_id: many.job, warning: None }
    }
}

/// What became of one of many.
#[derive(Serialize, ToSchema)]
pub struct BulkResult {
    /// The instance; of a launch that was refused, none.
    id: Option<InstanceId>,
    /// Whose it was to be, of a launch.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// For example `pausing`; `error` when it was refused.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<instance::State>,
    /// Of one that ends: whether its files outlive it.
    #[serde(skip_serializing_if = "Option::is_none")]
    files_kept: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

impl BulkResult {
    fn good(instance: &instance::Instance) -> Self {
        let instance::Instance { id, state, intent, ephemeral, .. } = *instance;
        let files_kept = (intent == instance::Intent::Terminate).then_some(!ephemeral);
        Self { id: Some(id), user_id: None, status: word(state), state: Some(state), files_kept, error: None }
    }

    fn refused(id: Option<InstanceId>, error: &Error) -> Self {
        problem::log(error);
        Self { id, user_id: None, status: "error", state: None, files_kept: None, error: Some(error.problem()) }
    }
}

impl From<Outcome> for BulkResult {
    fn from(Outcome { id, result }: Outcome) -> Self {
        result.map_or_else(|error| Self::refused(Some(id), &error), |instance| Self::good(&instance))
    }
}

impl From<LaunchOutcome> for BulkResult {
    fn from(LaunchOutcome { user, result }: LaunchOutcome) -> Self {
        let told = result.map_or_else(|error| Self::refused(None, &error), |instance| Self::good(&instance));
        Self { user_id: Some(user), ..told }
    }
}

/// Refuses more than are taken at once.
///
/// # Errors
/// `Invalid`, naming the field.
pub fn not_too_many(field: &str, count: usize) -> Result<(), Error> {
    if count <= MOST {
        return Ok(());
    }
    let message = format!("has {count} items; at most {MOST} are taken at once");
    let fields = vec![FieldError { field: field.to_owned(), message }];
    Err(Error::Invalid { what: "these are too many".to_owned(), fields })
}

async fn all(instances: &Instances, actor: &Actor, chosen: Chosen, operation: Operation) -> Answer {
    not_too_many("instance_ids", chosen.instance_ids.len())?;
    let many = instances.fleet.change_all(actor, chosen.instance_ids, operation).await?;
    Ok(Json(BulkResults::of(many)))
}

type Answer = Result<Json<BulkResults>, Failed>;

/// Freezes many instances.
#[utoipa::path(post, path = "/api/instances/bulk/pause", tag = "instances", request_body = Chosen, responses(
    (status = 200, body = BulkResults), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn pause(State(of): State<Arc<Instances>>, Signed(actor): Signed, Body(chosen): Body<Chosen>) -> Answer {
    all(&of, &actor, chosen, Operation::Pause).await
}

/// Lets many frozen instances go on.
#[utoipa::path(post, path = "/api/instances/bulk/resume", tag = "instances", request_body = Chosen, responses(
    (status = 200, body = BulkResults), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn resume(State(of): State<Arc<Instances>>, Signed(actor): Signed, Body(chosen): Body<Chosen>) -> Answer {
    all(&of, &actor, chosen, Operation::Resume).await
}

/// Ends many instances. Their files stay.
#[utoipa::path(post, path = "/api/instances/bulk/kill", tag = "instances", request_body = Chosen, responses(
    (status = 200, body = BulkResults), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn kill(State(of): State<Arc<Instances>>, Signed(actor): Signed, Body(chosen): Body<Chosen>) -> Answer {
    all(&of, &actor, chosen, Operation::Terminate).await
}

/// Ends many instances: `kill` under the name that single instances have for it.
#[utoipa::path(post, path = "/api/instances/bulk/terminate", tag = "instances", request_body = Chosen, responses(
    (status = 200, body = BulkResults), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn terminate(State(of): State<Arc<Instances>>, Signed(actor): Signed, Body(chosen): Body<Chosen>) -> Answer {
    all(&of, &actor, chosen, Operation::Terminate).await
}

/// Gives many instances a new sandbox each.
#[utoipa::path(post, path = "/api/instances/bulk/recreate", tag = "instances", request_body = RecreateMany, responses(
    (status = 200, body = BulkResults), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn recreate(
    State(of): State<Arc<Instances>>,
    Signed(actor): Signed,
    Body(asked): Body<RecreateMany>,
) -> Answer {
    let RecreateMany { instance_ids, rescue } = asked;
    all(&of, &actor, Chosen { instance_ids }, Recreate { rescue }.operation()).await
}

/// Lets many instances end in so many minutes from now.
#[utoipa::path(post, path = "/api/instances/bulk/renew", tag = "instances", request_body = RenewMany, responses(
    (status = 200, body = BulkResults), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn renew(State(of): State<Arc<Instances>>, Signed(actor): Signed, Body(asked): Body<RenewMany>) -> Answer {
    let RenewMany { instance_ids, timeout_minutes: minutes } = asked;
    let Json(mut told) = all(&of, &actor, Chosen { instance_ids }, Operation::Renew { minutes }).await?;
    for result in told.results.iter_mut().filter(|result| result.error.is_none()) {
        result.status = "renewed";
    }
    Ok(Json(told))
}

/// Starts the instances of many users.
#[utoipa::path(post, path = "/api/instances/bulk/launch", tag = "instances", request_body = LaunchMany, responses(
    (status = 200, body = BulkResults), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn launch(State(of): State<Arc<Instances>>, Signed(actor): Signed, Body(asked): Body<LaunchMany>) -> Answer {
    let LaunchMany { user_ids, timeout_minutes, secure, ephemeral } = asked;
    not_too_many("user_ids", user_ids.len())?;
    let warning = of.warning(&actor, Who::Users(user_ids.clone())).await;
    let choice = LaunchChoice { timeout_minutes, secure, ephemeral };
    let many = of.fleet.launch_all(&actor, user_ids, choice).await?;
    Ok(Json(BulkResults { warning, ..BulkResults::of(many) }))
}
