//! `/api/join-codes`: what people type, or scan, to come in.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_core::{
    joining::{CodeStanding, Joining, MakeCode, USUAL_HOURS, USUAL_PLACES, USUAL_SEATS},
    qr::Qr,
};
use thon_domain::{
    address::Addresses,
    id::{GroupId, JoinCodeId},
    problem::Problem,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    extract::{Body, Path},
    identify::Signed,
    problem::Failed,
};

/// What codes take.
#[derive(Clone)]
pub struct Codes {
    pub joining: Joining,
    pub addresses: Addresses,
}

pub fn api(codes: Codes) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, revoke))
        .routes(routes!(drawing))
        .with_state(codes)
}

/// A code, without what people type.
#[derive(Serialize, ToSchema)]
struct JoinCodeInfo {
    id: JoinCodeId,
    event_id: String,
    /// The group that it leads to; `null` for a team of one's own.
    group_id: Option<GroupId>,
    /// The most people in one group.
    seats: u32,
    /// The most people who come by it.
    places: u32,
    /// How many came, those who wait included.
    came: u32,
    /// Whether an organizer lets each of them in.
    approval: bool,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<CodeStanding> for JoinCodeInfo {
    fn from(CodeStanding { code, event, group, came }: CodeStanding) -> Self {
        Self {
            id: code.id,
            event_id: event.event_id,
            group_id: group.map(|group| group.id),
            seats: code.seats,
            places: code.places,
            came,
            approval: code.approval,
            created_at: code.created_at,
            expires_at: code.expires_at,
        }
    }
}

/// A code with what people type.
#[derive(Serialize, ToSchema)]
struct ShownJoinCode {
    #[serde(flatten)]
    info: JoinCodeInfo,
    /// For example `K7QM-4PXR`.
    code: String,
    /// Where it leads.
    url: String,
}

/// The codes that are not revoked.
#[derive(Serialize, ToSchema)]
struct JoinCodeList {
    codes: Vec<JoinCodeInfo>,
}

/// What the code is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateJoinCode {
    /// The event's own id; the oldest event, or the group's, when none is named.
    event_id: Option<String>,
    /// The group that it leads to; without one people found teams of their own.
    group_id: Option<GroupId>,
    /// The most people in one group, from 1 to 1000.
    #[serde(default = "usual_seats")]
    seats: u32,
    /// The most people who come by it, from 1 to 10000.
    #[serde(default = "usual_places")]
    places: u32,
    /// From 1 to 744, which is a month.
    #[serde(default = "usual_hours")]
    expires_in_hours: u32,
    /// Whether an organizer lets each of them in.
    #[serde(default)]
    approval: bool,
}

const fn usual_seats() -> u32 {
    USUAL_SEATS
}

const fn usual_places() -> u32 {
    USUAL_PLACES
}

const fn usual_hours() -> u32 {
    USUAL_HOURS
}

/// What was revoked.
#[derive(Serialize, ToSchema)]
struct RevokedJoinCode {
    /// Always `revoked`.
    status: &'static str,
    id: JoinCodeId,
}

/// Lists the codes that are not revoked, the newest first, without what people type.
#[utoipa::path(get, path = "/api/join-codes", tag = "people", operation_id = "list_join_codes", responses(
    (status = 200, body = JoinCodeList), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list(State(codes): State<Codes>, Signed(actor): Signed) -> Result<Json<JoinCodeList>, Failed> {
    let all = codes.joining.codes(&actor).await?;
    Ok(Json(JoinCodeList { codes: all.into_iter().map(JoinCodeInfo::from).collect() }))
}

/// Makes a code by which people come in.
#[utoipa::path(post, path = "/api/join-codes", tag = "people", operation_id = "create_join_code",
    request_body = CreateJoinCode, responses(
    (status = 201, body = ShownJoinCode), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(codes): State<Codes>,
    Signed(actor): Signed,
    Body(asked): Body<CreateJoinCode>,
) -> Result<(StatusCode, Json<ShownJoinCode>), Failed> {
    let CreateJoinCode { event_id, group_id: group, seats, places, expires_in_hours: hours, approval } = asked;
    let asked = MakeCode { event_id, group, seats, places, hours, approval };
    let made = codes.joining.make_code(&actor, asked).await?;
    Ok((StatusCode::CREATED, Json(shown(&codes, made))))
}

/// Shows one code, with what people type.
#[utoipa::path(get, path = "/api/join-codes/{id}", tag = "people", operation_id = "get_join_code",
    params(("id" = JoinCodeId, Path)), responses(
    (status = 200, body = ShownJoinCode), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn one(
    State(codes): State<Codes>,
    Signed(actor): Signed,
    Path(id): Path<JoinCodeId>,
) -> Result<Json<ShownJoinCode>, Failed> {
    let found = codes.joining.code(&actor, id).await?;
    Ok(Json(shown(&codes, found)))
}

/// Draws one code as a QR code that leads to the page for joining.
#[utoipa::path(get, path = "/api/join-codes/{id}/qr.svg", tag = "people", operation_id = "draw_join_code",
    params(("id" = JoinCodeId, Path)), responses(
    (status = 200, body = String, content_type = "image/svg+xml"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn drawing(
    State(codes): State<Codes>,
    Signed(actor): Signed,
    Path(id): Path<JoinCodeId>,
) -> Result<Response, Failed> {
    let found = codes.joining.code(&actor, id).await?;
    let drawing = Qr::of(&join_url(&codes.addresses, &found))?.svg();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], drawing).into_response())
}

/// Revokes a code: nobody comes in by it any more, and who did stays.
#[utoipa::path(delete, path = "/api/join-codes/{id}", tag = "people", operation_id = "revoke_join_code",
    params(("id" = JoinCodeId, Path)), responses(
    (status = 200, body = RevokedJoinCode), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn revoke(
    State(codes): State<Codes>,
    Signed(actor): Signed,
    Path(id): Path<JoinCodeId>,
) -> Result<Json<RevokedJoinCode>, Failed> {
    codes.joining.revoke_code(&actor, id).await?;
    Ok(Json(RevokedJoinCode { status: "revoked", id }))
}

fn shown(codes: &Codes, standing: CodeStanding) -> ShownJoinCode {
    let (code, url) = (standing.code.code.to_string(), join_url(&codes.addresses, &standing));
    ShownJoinCode { info: standing.into(), code, url }
}

/// Where a code leads.
fn join_url(addresses: &Addresses, standing: &CodeStanding) -> String {
    format!("{}/join?code={}", addresses.dashboard(), standing.code.code.as_str())
}
