//! Who may come in, and as what, in the words of the page that shows it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{id::GrantId, role::Role};

use super::{codec::Answer, error::ApiError};

/// Everything on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessBoard {
    pub roles: Vec<RoleLine>,
}

/// A role that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleLine {
    pub id: GrantId,
    pub role: Role,
    pub name: String,
    /// Where it counts, for example `Winterhack 2026`.
    pub place: String,
}

/// A role that was just given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenRole {
    pub name: String,
    /// The link by which somebody new signs in, shown this once.
    pub link: Option<String>,
}

/// Shows all that the page of the access shows.
#[server(name = ReadAccess, prefix = "/sfn", endpoint = "access", input = GetUrl, output = Answer)]
pub async fn access_board() -> Result<AccessBoard, ApiError> {
    super::context::access_board(&super::context::actor()?).await
}

/// Gives a role to whoever sits at `group/name`, or to somebody new of a name.
#[server(prefix = "/sfn", endpoint = "grant_role", output = Answer)]
pub async fn grant_role(who: String, role: Role) -> Result<GivenRole, ApiError> {
    let given = super::context::give_role(&super::context::actor()?, who, role).await?;
    super::context::show_answer();
    Ok(given)
}

/// Takes a role away.
#[server(prefix = "/sfn", endpoint = "revoke_role", output = Answer)]
pub async fn revoke_role(grant: GrantId) -> Result<(), ApiError> {
    let (roles, actor) = (super::context::roles()?, super::context::actor()?);
    roles.revoke(&actor, grant).await?;
    super::context::lead_form_to("/access");
    Ok(())
}
