//! `/api/grants`: who runs, mentors and judges.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_core::{
    directory::Directory,
    error::Error,
    roles::{GrantRole, Granted, Grantee, Roles},
};
use thon_domain::{
    id::{AccountId, GrantId},
    problem::{FieldError, Problem},
    role::Role,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::sign_in_links::user_called;
use crate::http::{
    extract::{Body, Path},
    identify::Signed,
    problem::Failed,
};

/// What giving roles takes.
#[derive(Clone)]
pub struct Grants {
    pub roles: Roles,
    pub directory: Directory,
}

pub fn api(grants: Grants) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke)).with_state(grants)
}

/// A role that somebody has.
#[derive(Serialize, ToSchema)]
struct GrantInfo {
    id: GrantId,
    role: Role,
    account_id: AccountId,
    /// Who has it.
    account: String,
    /// The event's own id; `null` for a role everywhere.
    event_id: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Granted> for GrantInfo {
    fn from(Granted { grant, account, event }: Granted) -> Self {
        Self {
            id: grant.id,
            role: grant.role,
            account_id: account.id,
            account: account.name,
            event_id: event.map(|event| event.event_id),
            created_at: grant.created_at,
        }
    }
}

/// Everybody who is more than a participant.
#[derive(Serialize, ToSchema)]
struct GrantList {
    grants: Vec<GrantInfo>,
}

/// Who gets which role. Exactly one of `account_id`, `user` and `name` says who.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateGrant {
    role: Role,
    /// Somebody who can sign in already.
    account_id: Option<AccountId>,
    /// Whoever sits at `group/name`.
    user: Option<String>,
    /// Somebody new, who signs in with a link for their account.
    name: Option<String>,
    /// The event's own id; the oldest event when none is named. An admin is one everywhere.
    event_id: Option<String>,
}

/// What was taken away.
#[derive(Serialize, ToSchema)]
struct RevokedGrant {
    /// Always `revoked`.
    status: &'static str,
    id: GrantId,
}

/// Lists everybody who is more than a participant, the most powerful first.
#[utoipa::path(get, path = "/api/grants", tag = "people", operation_id = "list_grants", responses(
    (status = 200, body = GrantList), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list(State(grants): State<Grants>, Signed(actor): Signed) -> Result<Json<GrantList>, Failed> {
    let all = grants.roles.all(&actor).await?;
    Ok(Json(GrantList { grants: all.into_iter().map(GrantInfo::from).collect() }))
}

/// Gives somebody a role in an event.
#[utoipa::path(post, path = "/api/grants", tag = "people", operation_id = "create_grant", request_body = CreateGrant,
    responses((status = 201, body = GrantInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(grants): State<Grants>,
    Signed(actor): Signed,
    Body(asked): Body<CreateGrant>,
) -> Result<(StatusCode, Json<GrantInfo>), Failed> {
    let CreateGrant { role, account_id, user, name, event_id } = asked;
    let to = match (account_id, user, name) {
        (Some(account), None, None) => Grantee::Account(account),
        (None, Some(user), None) => Grantee::User(user_called(&grants.directory, &actor, &user).await?),
        (None, None, Some(name)) => Grantee::Newcomer(name),
        _ => return Err(whom().into()),
    };
    let granted = grants.roles.grant(&actor, GrantRole { to, role, event_id }).await?;
    Ok((StatusCode::CREATED, Json(granted.into())))
}

/// Takes a role away; what was opened by it is cut.
#[utoipa::path(delete, path = "/api/grants/{id}", tag = "people", operation_id = "revoke_grant",
    params(("id" = GrantId, Path)), responses(
    (status = 200, body = RevokedGrant), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn revoke(
    State(grants): State<Grants>,
    Signed(actor): Signed,
    Path(id): Path<GrantId>,
) -> Result<Json<RevokedGrant>, Failed> {
    grants.roles.revoke(&actor, id).await?;
    Ok(Json(RevokedGrant { status: "revoked", id }))
}

fn whom() -> Error {
    let message = "say exactly one of account_id, user and name".to_owned();
    let fields = vec![FieldError { field: "account_id".to_owned(), message }];
    Error::Invalid { what: "nobody was given a role: see the fields".to_owned(), fields }
}
