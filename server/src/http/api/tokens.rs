//! `/api/tokens`: what programs sign in with.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_core::tokens::{FreshToken, MakeToken, Tokens, USUAL_HOURS};
use thon_domain::{
    account::Account,
    api_token::{ApiToken, Scope},
    id::{AccountId, TokenId},
    name::TokenName,
    problem::Problem,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    extract::{Body, Path, Query},
    identify::Signed,
    problem::Failed,
};

pub fn api(tokens: Tokens) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke)).with_state(tokens)
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
struct TokenInfo {
    id: TokenId,
    name: TokenName,
    scope: Scope,
    account_id: AccountId,
    /// Whose it is.
    account: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// To about ten minutes; `null` when it was never used.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<(ApiToken, Account)> for TokenInfo {
    fn from((token, account): (ApiToken, Account)) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scope: token.scope,
            account_id: account.id,
            account: account.name,
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
        }
    }
}

/// Tokens that are not revoked.
#[derive(Serialize, ToSchema)]
struct TokenList {
    tokens: Vec<TokenInfo>,
}

/// Whose tokens.
#[derive(Deserialize, IntoParams)]
struct ListQuery {
    /// Everybody's instead of one's own, for admins.
    #[serde(default)]
    all: bool,
}

/// What the token is for.
#[derive(Deserialize, ToSchema)]
struct CreateToken {
    name: TokenName,
    #[serde(default)]
    scope: Scope,
    /// From 1 to 8784, which is a year.
    #[serde(default = "usual_hours")]
    expires_in_hours: u32,
}

const fn usual_hours() -> u32 {
    USUAL_HOURS
}

/// A token with its secret, shown this once.
#[derive(Serialize, ToSchema)]
struct CreatedToken {
    id: TokenId,
    name: TokenName,
    scope: Scope,
    /// For the header `Authorization: Bearer …`.
    token: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// What was revoked.
#[derive(Serialize, ToSchema)]
struct RevokedToken {
    /// Always `revoked`.
    status: &'static str,
    id: TokenId,
    /// How many tokens that were, those that were made with it included.
    count: usize,
}

/// Lists one's own tokens, without their secrets.
#[utoipa::path(get, path = "/api/tokens", tag = "people", params(ListQuery), responses(
    (status = 200, body = TokenList), (status = 403, body = Problem)))]
async fn list(
    State(tokens): State<Tokens>,
    Signed(actor): Signed,
    Query(ListQuery { all }): Query<ListQuery>,
) -> Result<Json<TokenList>, Failed> {
    let found = if all { tokens.all(&actor).await? } else { tokens.own(&actor).await? };
    Ok(Json(TokenList { tokens: found.into_iter().map(TokenInfo::from).collect() }))
}

/// Makes a token of one's own. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/tokens", tag = "people", request_body = CreateToken, responses(
    (status = 201, body = CreatedToken), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
async fn create(
    State(tokens): State<Tokens>,
    Signed(actor): Signed,
    Body(CreateToken { name, scope, expires_in_hours }): Body<CreateToken>,
) -> Result<(StatusCode, Json<CreatedToken>), Failed> {
    let FreshToken { secret, token } = tokens.make(&actor, MakeToken { name, scope, hours: expires_in_hours }).await?;
    let created = CreatedToken {
        id: token.id,
        name: token.name,
        scope: token.scope,
        token: secret.reveal().to_owned(),
        created_at: token.created_at,
        expires_at: token.expires_at,
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Revokes a token and all that were made with it; what they opened is cut.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "people", params(("id" = TokenId, Path)), responses(
    (status = 200, body = RevokedToken), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn revoke(
    State(tokens): State<Tokens>,
    Signed(actor): Signed,
    Path(id): Path<TokenId>,
) -> Result<Json<RevokedToken>, Failed> {
    let count = tokens.revoke(&actor, id).await?;
    Ok(Json(RevokedToken { status: "revoked", id, count }))
}
