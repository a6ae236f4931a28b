//! `/api/groups/{group_id}/start` and `stop`: a whole group at once.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use thon_core::fleet::{LaunchChoice, Operation};
use thon_domain::{
    id::{GroupId, InstanceId, JobId},
    instance,
    problem::Problem,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    api::instances::{Instances, Launched, launched},
    extract::Path,
    identify::Signed,
    problem::Failed,
};

pub(super) fn api() -> OpenApiRouter<Arc<Instances>> {
    OpenApiRouter::new().routes(routes!(start)).routes(routes!(stop))
}

/// Starts the instance of everybody in the group who has none that runs. The others are left alone.
#[utoipa::path(post, path = "/api/groups/{group_id}/start", tag = "groups", operation_id = "start_group",
    params(("group_id" = GroupId, Path)), responses(
    (status = 202, body = Launched), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn start(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<GroupId>,
) -> Result<(StatusCode, Json<Launched>), Failed> {
    groups.directory.group(&actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(launched(&groups, &actor, (Some(id), LaunchChoice::default())).await?)))
}

/// What became of one instance of the group.
#[derive(Serialize, ToSchema)]
struct StopResult {
    id: InstanceId,
    /// `terminating`, `terminated` when it is gone already, or `error`.
    status: &'static str,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What became of each instance of the group.
#[derive(Serialize, ToSchema)]
struct StopResults {
    results: Vec<StopResult>,
    /// The job that tells how far they are; not there when nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<JobId>,
}

/// Ends the instances of everybody in the group. Their files stay. Asking again is fine.
#[utoipa::path(post, path = "/api/groups/{group_id}/stop", tag = "groups", operation_id = "stop_group",
    params(("group_id" = GroupId, Path)), responses(
    (status = 200, body = StopResults), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn stop(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<GroupId>,
) -> Result<Json<StopResults>, Failed> {
    let ids = groups.directory.instances_of_group(&actor, id).await?;
    let many = groups.fleet.change_all(&actor, ids, Operation::Terminate).await?;
    let results = many.each.into_iter().map(|outcome| match outcome.result {
        Ok(now) if now.state == instance::State::Terminated => {
            StopResult { id: outcome.id, status: "terminated", error: None }
        }
        Ok(_) => StopResult { id: outcome.id, status: "terminating", error: None },
        Err(error) => StopResult { id: outcome.id, status: "error", error: Some(error.problem().detail) },
    });
    Ok(Json(StopResults { results: results.collect(), job_id: many.job }))
}
