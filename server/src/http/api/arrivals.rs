//! `/api/arrivals`: who waits to be let in.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_core::joining::{Admit, Joining, Waiting};
use thon_domain::{
    arrival::{Arrival, Standing},
    id::{ArrivalId, GroupId, JoinCodeId},
    name::UserName,
    problem::Problem,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    extract::{Body, Path},
    identify::Signed,
    problem::Failed,
};

pub fn api(joining: Joining) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(approve)).routes(routes!(refuse)).with_state(joining)
}

/// Somebody who came.
#[derive(Serialize, ToSchema)]
struct ArrivalInfo {
    id: ArrivalId,
    /// How they want to be called.
    name: String,
    /// What they came by; `null` for who signed in elsewhere and was not known.
    code_id: Option<JoinCodeId>,
    /// The group that they want, or have got.
    group_id: Option<GroupId>,
    /// The name of the team that they want to found.
    team: Option<String>,
    standing: Standing,
    asked_at: DateTime<Utc>,
}

impl From<Arrival> for ArrivalInfo {
    fn from(arrival: Arrival) -> Self {
        let Arrival { id, name, code, group, team, standing, asked_at, .. } = arrival;
        Self { id, name, code_id: code, group_id: group, team, standing, asked_at }
    }
}

/// Those who wait.
#[derive(Serialize, ToSchema)]
struct ArrivalList {
    arrivals: Vec<ArrivalInfo>,
}

/// Where and as whom somebody is let in. What is left out is as they wish.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Approve {
    group_id: Option<GroupId>,
    #[schema(value_type = Option<String>)]
    name: Option<UserName>,
}

/// Lists those who wait to be let in, the first first.
#[utoipa::path(get, path = "/api/arrivals", tag = "people", operation_id = "list_arrivals", responses(
    (status = 200, body = ArrivalList), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list(State(joining): State<Joining>, Signed(actor): Signed) -> Result<Json<ArrivalList>, Failed> {
    let waiting = joining.waiting(&actor).await?;
    let arrivals = waiting.into_iter().map(|Waiting { arrival, .. }| arrival.into()).collect();
    Ok(Json(ArrivalList { arrivals }))
}

/// Lets somebody in who waits, and starts their instance.
#[utoipa::path(post, path = "/api/arrivals/{id}/approve", tag = "people", operation_id = "approve_arrival",
    params(("id" = ArrivalId, Path)), request_body = Option<Approve>, responses(
    (status = 200, body = ArrivalInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn approve(
    State(joining): State<Joining>,
    Signed(actor): Signed,
    Path(id): Path<ArrivalId>,
    asked: Option<Body<Approve>>,
) -> Result<Json<ArrivalInfo>, Failed> {
    let Approve { group_id: group, name } = asked.map(|Body(asked)| asked).unwrap_or_default();
    Ok(Json(joining.let_in(&actor, id, Admit { group, name }).await?.into()))
}

/// Sends somebody away who waits.
#[utoipa::path(post, path = "/api/arrivals/{id}/refuse", tag = "people", operation_id = "refuse_arrival",
    params(("id" = ArrivalId, Path)), responses(
    (status = 200, body = ArrivalInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn refuse(
    State(joining): State<Joining>,
    Signed(actor): Signed,
    Path(id): Path<ArrivalId>,
) -> Result<Json<ArrivalInfo>, Failed> {
    Ok(Json(joining.refuse(&actor, id).await?.into()))
}
