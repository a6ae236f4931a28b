//! `/api/sign-in-links`: fresh links for those who cannot sign in otherwise.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_core::{
    accounts::{Accounts, SignInLink, Whom},
    actor::Actor,
    directory::Directory,
    error::Error,
};
use thon_domain::{
    address::Addresses,
    id::{AccountId, UserId},
    problem::{FieldError, Problem},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{extract::Body, identify::Signed, problem::Failed};

/// What making links takes.
#[derive(Clone)]
pub struct Links {
    pub accounts: Accounts,
    pub directory: Directory,
    pub addresses: Addresses,
}

pub fn api(links: Links) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(create)).with_state(links)
}

/// Whom the link is for.
#[derive(Deserialize, ToSchema)]
struct CreateLink {
    /// `group/name`; the admin when nobody is named.
    user: Option<String>,
    /// An account, for those who have a role and no place in a group.
    account_id: Option<AccountId>,
}

/// A link, shown this once.
#[derive(Serialize, ToSchema)]
struct Link {
    url: String,
    /// Who will be signed in.
    name: String,
    /// `null` when it is good until revoked.
    expires_at: Option<DateTime<Utc>>,
}

/// Makes a fresh sign-in link. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/sign-in-links", tag = "people", request_body = CreateLink, responses(
    (status = 201, body = Link), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(links): State<Links>,
    Signed(actor): Signed,
    Body(asked): Body<CreateLink>,
) -> Result<(StatusCode, Json<Link>), Failed> {
    let whom = match (asked.user, asked.account_id) {
        (None, None) => Whom::Admin,
        (None, Some(account)) => Whom::Account(account),
        (Some(user), None) => Whom::User(user_called(&links.directory, &actor, &user).await?),
        (Some(_), Some(_)) => return Err(invalid("name a user or an account, not both").into()),
    };
    let SignInLink { secret, name, token } = links.accounts.make_link(&actor, whom).await?;
    let url = link_url(&links.addresses, secret.reveal());
    Ok((StatusCode::CREATED, Json(Link { url, name, expires_at: token.expires_at })))
}

/// The user who is written as `group/name`.
///
/// # Errors
/// `Invalid` when it is not written so; as [`Directory::user_named`].
pub(super) async fn user_called(directory: &Directory, actor: &Actor, text: &str) -> Result<UserId, Error> {
    let (group, name) = text.split_once('/').ok_or_else(|| invalid("write it as group/name"))?;
    let group = group.parse().map_err(|error| invalid(&format!("{error}")))?;
    let name = name.parse().map_err(|error| invalid(&format!("{error}")))?;
    Ok(directory.user_named(actor, group, name).await?.id)
}

/// The address that a link's secret stands in.
pub fn link_url(addresses: &Addresses, secret: &str) -> String {
    format!("{}/sign-in/link?t={secret}", addresses.dashboard())
}

fn invalid(message: &str) -> Error {
    let fields = vec![FieldError { field: "user".to_owned(), message: message.to_owned() }];
    Error::Invalid { what: "this is not a user".to_owned(), fields }
}
