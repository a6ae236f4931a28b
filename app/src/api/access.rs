//! Who may come in, and as what, in the words of the page that shows it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{
    id::{ArrivalId, GrantId, JoinCodeId},
    role::Role,
};

use super::{codec::Answer, error::ApiError};

/// Everything on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessBoard {
    pub roles: Vec<RoleLine>,
    pub codes: Vec<CodeLine>,
    pub waiting: Vec<WaitingLine>,
    /// Every group: its id and its name.
    pub groups: Vec<(String, String)>,
}

/// A code by which people come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeLine {
    pub id: JoinCodeId,
    pub code: String,
    pub url: String,
    /// For example `Leads to teams of 5, an organizer lets each in`.
    pub leads: String,
    /// For example `11 of 200 came`.
    pub used: String,
    /// For example `open for 5 h 12 min`.
    pub until: String,
}

/// Somebody who waits to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingLine {
    pub id: ArrivalId,
    pub name: String,
    /// For example `wants to found rockets`.
    pub wants: String,
    /// For example `for 3 min`.
    pub since: String,
    /// Whether somebody has to say where they sit down.
    pub needs_group: bool,
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

/// Makes a code by which people come in.
#[server(prefix = "/sfn", endpoint = "make_code", output = Answer)]
pub async fn make_code(
    group: String,
    seats: u32,
    places: u32,
    hours: u32,
    #[server(default)] approval: bool,
) -> Result<(), ApiError> {
    let (joining, actor) = (super::context::joining()?, super::context::actor()?);
    joining.make_code(&actor, super::context::code_wish(&group, (seats, places), hours, approval).await?).await?;
    super::context::lead_form_to("/access");
    Ok(())
}

/// Takes a code away.
#[server(prefix = "/sfn", endpoint = "revoke_code", output = Answer)]
pub async fn revoke_code(code: JoinCodeId) -> Result<(), ApiError> {
    let (joining, actor) = (super::context::joining()?, super::context::actor()?);
    joining.revoke_code(&actor, code).await?;
    super::context::lead_form_to("/access");
    Ok(())
}

/// Lets somebody in, into the group that is named or that they want.
#[server(prefix = "/sfn", endpoint = "let_in", output = Answer)]
pub async fn let_in(arrival: ArrivalId, #[server(default)] group: String) -> Result<(), ApiError> {
    let (joining, actor) = (super::context::joining()?, super::context::actor()?);
    joining.let_in(&actor, arrival, super::context::admit(&group)?).await?;
    super::context::lead_form_to("/access");
    Ok(())
}

/// Sends somebody away who waits.
#[server(prefix = "/sfn", endpoint = "refuse_arrival", output = Answer)]
pub async fn refuse_arrival(arrival: ArrivalId) -> Result<(), ApiError> {
    let (joining, actor) = (super::context::joining()?, super::context::actor()?);
    joining.refuse(&actor, arrival).await?;
    super::context::lead_form_to("/access");
    Ok(())
}
