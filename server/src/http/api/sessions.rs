//! `/api/auth/sessions`: where one is signed in.

use std::net::IpAddr;

use axum::{Extension, Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use thon_core::session::{OpenSession, Sessions};
use thon_domain::problem::Problem;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    extract::Path,
    identify::{Caller, Signed},
    problem::Failed,
};

pub fn api(sessions: Sessions) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list, end_others)).routes(routes!(end)).with_state(sessions)
}

/// A browser that is signed in.
#[derive(Serialize, ToSchema)]
struct SessionInfo {
    id: String,
    /// For example `Firefox on Linux`; `null` when it is not known.
    device: Option<String>,
    /// From where it signed in.
    #[schema(value_type = Option<String>)]
    address: Option<IpAddr>,
    /// How: `password`, `link`, or the place, for example `GitHub`.
    signed_in_by: Option<String>,
    signed_in_at: DateTime<Utc>,
    /// To about ten minutes.
    last_seen_at: DateTime<Utc>,
    /// A day after it was last used.
    expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    current: bool,
}

impl From<OpenSession> for SessionInfo {
    fn from(session: OpenSession) -> Self {
        let OpenSession { id, device, signed_in_at, seen_at, expires_at, is_own } = session;
        Self {
            id,
            device: device.as_ref().map(thon_domain::device::Device::name),
            address: device.as_ref().and_then(|device| device.address),
            signed_in_by: device.map(|device| device.by),
            signed_in_at,
            last_seen_at: seen_at,
            expires_at,
            current: is_own,
        }
    }
}

/// Where one is signed in.
#[derive(Serialize, ToSchema)]
struct SessionList {
    sessions: Vec<SessionInfo>,
}

/// What was ended.
#[derive(Serialize, ToSchema)]
struct Ended {
    /// Always `ended`.
    status: &'static str,
    count: usize,
}

/// Lists the browsers in which one is signed in.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "sign-in", responses((status = 200, body = SessionList)))]
async fn list(
    State(sessions): State<Sessions>,
    Signed(actor): Signed,
    Extension(caller): Extension<Caller>,
) -> Result<Json<SessionList>, Failed> {
    let own = sessions.own(&actor, caller.session_hash.as_deref()).await?;
    Ok(Json(SessionList { sessions: own.into_iter().map(SessionInfo::from).collect() }))
}

/// Signs one out in all other browsers; what was opened from there is cut.
#[utoipa::path(delete, path = "/api/auth/sessions", tag = "sign-in", responses(
    (status = 200, body = Ended), (status = 403, body = Problem)))]
async fn end_others(
    State(sessions): State<Sessions>,
    Signed(actor): Signed,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Ended>, Failed> {
    let count = sessions.end_others(&actor, caller.session_hash.as_deref()).await?;
    Ok(Json(Ended { status: "ended", count }))
}

/// Signs one out in one browser; what was opened from there is cut.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "sign-in", params(("id" = String, Path)), responses(
    (status = 200, body = Ended), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn end(
    State(sessions): State<Sessions>,
    Signed(actor): Signed,
    Path(id): Path<String>,
) -> Result<Json<Ended>, Failed> {
    sessions.end(&actor, &id).await?;
    Ok(Json(Ended { status: "ended", count: 1 }))
}
