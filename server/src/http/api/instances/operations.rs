//! What may be done with one instance. Answers tell what is so now, never what is only hoped for.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use thon_core::fleet::Operation;
use thon_domain::{id::InstanceId, problem::Problem};
use utoipa::ToSchema;

use super::{super::shapes::InstanceInfo, Instances, Wait, word};
use crate::http::{
    extract::{Body, Path, Query},
    identify::Signed,
    problem::Failed,
};

/// How long an instance is renewed for when nobody says, in minutes.
const RENEWED_MINUTES: u32 = 60;

/// What an instance is doing after a request.
#[derive(Serialize, ToSchema)]
pub struct InstanceStatus {
    /// For example `pausing`, or `paused` when it is so already.
    status: &'static str,
    id: InstanceId,
    /// Of an instance that ends: whether its files are kept. Those of an ephemeral one go with its sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    files_kept: Option<bool>,
}

/// Ends an instance. Its files stay, unless it is ephemeral: the answer tells. Asking again is fine.
#[utoipa::path(delete, path = "/api/instances/{id}", tag = "instances", params(("id" = InstanceId, Path), Wait),
    responses((status = 200, body = InstanceStatus), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
pub async fn terminate(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(wait): Query<Wait>,
) -> Result<Json<InstanceStatus>, Failed> {
    instances.fleet.terminate(&actor, id).await?;
    let now = instances.after(&actor, id, wait).await?;
    Ok(Json(InstanceStatus { status: word(now.state), id, files_kept: Some(!now.ephemeral) }))
}

/// Freezes an instance: it keeps its memory and gets no CPU.
#[utoipa::path(post, path = "/api/instances/{id}/pause", tag = "instances", params(("id" = InstanceId, Path), Wait),
    responses((status = 200, body = InstanceStatus), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn pause(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(wait): Query<Wait>,
) -> Result<Json<InstanceStatus>, Failed> {
    instances.fleet.change(&actor, id, Operation::Pause).await?;
    let now = instances.after(&actor, id, wait).await?;
    Ok(Json(InstanceStatus { status: word(now.state), id, files_kept: None }))
}

/// Lets a frozen instance go on.
#[utoipa::path(post, path = "/api/instances/{id}/resume", tag = "instances", params(("id" = InstanceId, Path), Wait),
    responses((status = 200, body = InstanceInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn resume(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(wait): Query<Wait>,
) -> Result<Json<InstanceInfo>, Failed> {
    instances.fleet.change(&actor, id, Operation::Resume).await?;
    Ok(Json(instances.after(&actor, id, wait).await?))
}

/// How an instance begins anew.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recreate {
    /// With an empty home, and the person's own at `/home/vscode.rescue`: for one that no editor starts in. The next other
    /// start ends it.
    #[serde(default)]
    pub rescue: bool,
}

impl Recreate {
    pub const fn operation(self) -> Operation {
        if self.rescue { Operation::Rescue } else { Operation::Recreate }
    }
}

/// Puts a new sandbox in the place of the old one: same id, same files, same address. The body may be left out.
#[utoipa::path(post, path = "/api/instances/{id}/recreate", tag = "instances", params(("id" = InstanceId, Path), Wait),
    request_body = Option<Recreate>, responses((status = 200, body = InstanceInfo), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
pub async fn recreate(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(wait): Query<Wait>,
    asked: Option<Body<Recreate>>,
) -> Result<Json<InstanceInfo>, Failed> {
    let how = asked.map(|Body(asked)| asked).unwrap_or_default();
    instances.fleet.change(&actor, id, how.operation()).await?;
    Ok(Json(instances.after(&actor, id, wait).await?))
}

/// How long an instance may still run.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Renew {
    /// From now on; 0 for ever, 60 when it is not given.
    #[serde(default = "usual_minutes")]
    pub timeout_minutes: u32,
}

impl Default for Renew {
    fn default() -> Self {
        Self { timeout_minutes: RENEWED_MINUTES }
    }
}

pub const fn usual_minutes() -> u32 {
    RENEWED_MINUTES
}

/// An instance that has another end now.
#[derive(Serialize, ToSchema)]
pub struct Renewed {
    /// `renewed`.
    status: &'static str,
    id: InstanceId,
    timeout_minutes: u32,
}

/// Lets an instance end in so many minutes from now. The body may be left out.
#[utoipa::path(post, path = "/api/instances/{id}/renew", tag = "instances", params(("id" = InstanceId, Path)),
    request_body = Option<Renew>, responses((status = 200, body = Renewed), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn renew(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    asked: Option<Body<Renew>>,
) -> Result<Json<Renewed>, Failed> {
    let Renew { timeout_minutes } = asked.map(|Body(asked)| asked).unwrap_or_default();
    instances.fleet.change(&actor, id, Operation::Renew { minutes: timeout_minutes }).await?;
    Ok(Json(Renewed { status: "renewed", id, timeout_minutes }))
}
