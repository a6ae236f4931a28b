//! Who is in somebody's editor besides them, and asking a visitor to leave.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use thon_domain::{
    id::{InstanceId, VisitId},
    problem::Problem,
    visit::Visit,
};
use utoipa::ToSchema;

use super::Instances;
use crate::http::{extract::Path, identify::Signed, problem::Failed};

/// The visits in an instance's editor.
#[derive(Serialize, ToSchema)]
pub struct VisitList {
    id: InstanceId,
    /// Those that are not over and the last three others, the newest first.
    visits: Vec<Visit>,
}

/// Tells who visits the editor of an instance, and who did lately.
#[utoipa::path(get, path = "/api/instances/{id}/visits", tag = "instances", params(("id" = InstanceId, Path)),
    responses((status = 200, body = VisitList), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
pub async fn list(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
) -> Result<Json<VisitList>, Failed> {
    Ok(Json(VisitList { id, visits: instances.hosting.visits(&actor, id).await? }))
}

/// Asks a visitor to leave. What they have open of the sandbox is cut at once.
///
/// For the owner alone. The visitor is told when they come again, and may come in by saying that they know. A visit that is
/// over is fine.
#[utoipa::path(post, path = "/api/instances/{id}/visits/{visit_id}/ask-to-leave", tag = "instances",
    params(("id" = InstanceId, Path), ("visit_id" = VisitId, Path)),
    responses((status = 200, body = Visit), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
pub async fn ask_to_leave(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path((id, visit)): Path<(InstanceId, VisitId)>,
) -> Result<Json<Visit>, Failed> {
    Ok(Json(instances.hosting.ask_to_leave(&actor, id, visit).await?))
}
