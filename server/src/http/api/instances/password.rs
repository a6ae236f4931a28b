//! The password that an editor asks for: told only to those who ask for it, one at a time, and written down each time.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use thon_domain::{id::InstanceId, problem::Problem};
use utoipa::ToSchema;

use super::Instances;
use crate::http::{extract::Path, identify::Signed, problem::Failed};

/// What a person types into their editor's sign-in page.
#[derive(Serialize, ToSchema)]
pub struct EditorPassword {
    id: InstanceId,
    /// Good until the instance gets its next sandbox.
    password: String,
}

/// Tells the password that an editor asks for. Who asked stands in the audit trail.
///
/// For the person themselves and for admins.
#[utoipa::path(post, path = "/api/instances/{id}/password", tag = "instances", params(("id" = InstanceId, Path)),
    responses((status = 200, body = EditorPassword), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn reveal(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
) -> Result<Json<EditorPassword>, Failed> {
    let password = instances.passwords.reveal(&actor, id).await?;
    Ok(Json(EditorPassword { id, password: password.reveal().to_owned() }))
}
