//! Groups and users: made, changed, moved, deleted.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::id::{EventId, GroupId, UserId};

use super::{codec::Answer, error::ApiError};

/// What shall become of the files of those who go, as forms say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Files {
    #[default]
    Keep,
    Delete,
}

/// Who shall go: some users, or a group or an event with everybody in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leaving {
    #[serde(default)]
    pub users: Vec<UserId>,
    pub group: Option<GroupId>,
    pub event: Option<EventId>,
}

/// What a deletion takes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toll {
    /// Whom it is about: the name of an event, of a group, of a person, or how many people.
    pub whom: String,
    /// Everybody who goes, as `alpha/alice`.
    pub people: Vec<String>,
    /// How many of them have a sandbox that runs.
    pub running: usize,
    /// Their volumes, which stay unless they shall go, too.
    pub volumes: Vec<String>,
}

/// Makes a group and shows it: in an event, or in the oldest that is not archived when none is named.
#[server(prefix = "/sfn", endpoint = "create_group", output = Answer)]
pub async fn create_group(name: String, title: String, event_id: Option<String>) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let made = directory.create_group(&actor, super::context::new_group(name, title, event_id)).await?;
    super::context::lead_to(&super::context::way_to_group(&made.group).await?);
    Ok(())
}

/// What a group or a user may have of their own, as it is typed; empty for the usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub memory: String,
    pub cpus: String,
    pub disk: String,
}

/// Changes a group. An image or a runtime of its own stays as it is.
#[server(prefix = "/sfn", endpoint = "edit_group", output = Answer)]
pub async fn edit_group(group: GroupId, name: String, title: String, limits: Limits) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let edit = super::context::group_edit(&directory, &actor, group, (name, title, limits)).await?;
    directory.edit_group(&actor, group, edit).await?;
    super::context::lead_form_to(&format!("/groups/{group}"));
    Ok(())
}

/// Makes a user.
#[server(prefix = "/sfn", endpoint = "create_user", output = Answer)]
pub async fn create_user(group: GroupId, username: String, email: String) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    directory.create_user(&actor, group, super::context::new_user(username, email)).await?;
    super::context::lead_form_back();
    Ok(())
}

/// Changes a user. Address, files and instance stay.
#[server(prefix = "/sfn", endpoint = "edit_user", output = Answer)]
pub async fn edit_user(user: UserId, username: String, email: String, limits: Limits) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let edit = super::context::user_edit(&directory, &actor, user, (username, email, limits)).await?;
    directory.edit_user(&actor, user.into(), edit).await?;
    super::context::lead_form_to(&format!("/users/{user}"));
    Ok(())
}

/// Moves users to another group, all or nobody. Addresses, files and instances go with them.
#[server(prefix = "/sfn", endpoint = "transfer_users", output = Answer)]
pub async fn transfer_users(#[server(default)] users: Vec<UserId>, target: GroupId) -> Result<usize, ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let moved = directory.transfer_users(&actor, users, target).await?;
    super::context::lead_form_back();
    Ok(moved)
}

/// Tells what a deletion would take with it.
#[server(name = ReadToll, prefix = "/sfn", endpoint = "toll", input = GetUrl, output = Answer)]
pub async fn toll(leaving: Leaving) -> Result<Toll, ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    super::context::toll(&directory, &actor, leaving).await
}

/// Deletes users. Their sandboxes end.
#[server(prefix = "/sfn", endpoint = "delete_users", output = Answer)]
pub async fn delete_users(#[server(default)] users: Vec<UserId>, files: Files, back: String) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    directory.delete_users(&actor, users, super::context::fate(files)).await?;
    super::context::lead_to(crate::next_path::local_path(&back));
    Ok(())
}

/// Deletes a group with everybody in it. Their sandboxes end.
#[server(prefix = "/sfn", endpoint = "delete_group", output = Answer)]
pub async fn delete_group(group: GroupId, files: Files) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    directory.delete_group(&actor, group, super::context::fate(files)).await?;
    super::context::lead_to("/groups");
    Ok(())
}
