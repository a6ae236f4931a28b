//! `/api/system/cleanup`: what is left over in the sandbox runtime, and its removal.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use thon_core::cleanup::{Cleaned, CleanupReport, CleanupWish, Leftovers, VolumeWish};
use thon_domain::{
    leftover::Leftover,
    problem::{Problem, ProblemCode},
};
use utoipa::ToSchema;

use super::System;
use crate::http::{extract::Body, identify::Signed, problem::Failed};

/// What is left over.
#[derive(Serialize, ToSchema)]
pub struct LeftoverList {
    /// Stands for exactly this list; to be given back with the wish to remove it.
    digest: String,
    /// What goes when somebody cleans up.
    things: Vec<Leftover>,
    /// Somebody's files: they stay unless they are asked for.
    volumes: Vec<Leftover>,
}

impl From<Leftovers> for LeftoverList {
    fn from(leftovers: Leftovers) -> Self {
        Self {
            digest: leftovers.digest(),
            things: leftovers.things().cloned().collect(),
            volumes: leftovers.volumes().cloned().collect(),
        }
    }
}

/// Looks for what is left over. Volumes are measured, which may take some seconds.
#[utoipa::path(get, path = "/api/system/cleanup", tag = "system", responses(
    (status = 200, body = LeftoverList), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 503, body = Problem)))]
pub async fn look(State(system): State<System>, Signed(actor): Signed) -> Result<Json<LeftoverList>, Failed> {
    Ok(Json(system.cleanup.leftovers(&actor).await?.into()))
}

/// What to remove.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CleanupRequest {
    /// That of the list that was looked at.
    digest: String,
    /// Whether all volumes that are left over go, with what they hold.
    #[serde(default)]
    volumes: bool,
    /// The names of single volumes that go.
    #[serde(default)]
    volume_names: Vec<String>,
}

impl From<CleanupRequest> for CleanupWish {
    fn from(CleanupRequest { digest, volumes, volume_names }: CleanupRequest) -> Self {
        let volumes = match (volumes, volume_names) {
            (true, _) => VolumeWish::All,
            (false, names) if names.is_empty() => VolumeWish::None,
            (false, names) => VolumeWish::Named(names),
        };
        Self { digest, volumes }
    }
}

/// What became of it.
#[derive(Serialize, ToSchema)]
struct CleanupResult {
    removed: Vec<Leftover>,
    /// What could not be removed.
    left: Vec<LeftThere>,
}

/// Something that could not be removed.
#[derive(Serialize, ToSchema)]
struct LeftThere {
    #[serde(flatten)]
    leftover: Leftover,
    error: String,
}

impl From<CleanupReport> for CleanupResult {
    fn from(CleanupReport { removed, left }: CleanupReport) -> Self {
        let left = left.into_iter().map(|(leftover, error)| LeftThere { leftover, error });
        Self { removed, left: left.collect() }
    }
}

/// A problem that tells what is so now.
#[derive(Serialize)]
struct ChangedList {
    #[serde(flatten)]
    problem: Problem,
    /// An extension (RFC 9457 §3.2).
    leftovers: LeftoverList,
}

/// Removes what was looked at.
///
/// When something else is left over by now, nothing is removed: the problem then carries the new list as `leftovers`.
#[utoipa::path(post, path = "/api/system/cleanup", tag = "system", request_body = CleanupRequest, responses(
    (status = 200, body = CleanupResult), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    (status = 503, body = Problem)))]
pub async fn clean_up(
    State(system): State<System>,
    Signed(actor): Signed,
    Body(asked): Body<CleanupRequest>,
) -> Result<Response, Failed> {
    Ok(match system.cleanup.carry_out(&actor, asked.into()).await? {
        Cleaned::Done(report) => Json(CleanupResult::from(report)).into_response(),
        Cleaned::Changed(now) => changed(now),
    })
}

fn changed(now: Leftovers) -> Response {
    let detail = "Something else is left over than when it was looked at, so nothing was removed.";
    let hint = Some("Look at the list again, then decide.".to_owned());
    let problem = Problem { hint, ..Problem::new(ProblemCode::Conflict, detail) };
    let body = Json(ChangedList { problem, leftovers: now.into() });
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    (StatusCode::CONFLICT, [kind], body).into_response()
}
