//! Starting instances, and what one can do with them then.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use thon_domain::{
    id::{EventId, GroupId, InstanceId, JobId, UserId},
    sharing::Audience,
};

use super::{codec::Answer, error::ApiError};

/// How many minutes a renewal gives unless somebody says otherwise.
pub const USUAL_RENEWAL_MIN: u32 = 60;

/// What can be done with an instance, as forms say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Pause,
    Resume,
    Recreate,
    Rescue,
    Renew,
    Terminate,
}

/// Starts the instance of a user.
#[server(prefix = "/sfn", endpoint = "launch_user", output = Answer)]
pub async fn launch_user(user: UserId) -> Result<(), ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    fleet.launch(&actor, user).await?;
    Ok(())
}

/// Starts every instance that is not there, of one group, of one event or of all; the job tells how far they are.
#[server(prefix = "/sfn", endpoint = "launch_missing", output = Answer)]
pub async fn launch_missing(group: Option<GroupId>, event: Option<EventId>) -> Result<Option<JobId>, ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::launching_in(event).await?);
    Ok(fleet.launch_missing(&actor, group).await?.job)
}

/// What was done, and with which instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub act: Act,
    pub ids: Vec<InstanceId>,
    /// The job that tells how far they are, where they are many.
    pub job: Option<JobId>,
}

/// Does something with instances that exist. When one is refused the others are done all the same, and the error names it.
///
/// `minutes` is for a renewal; 0 means that they never end.
#[server(prefix = "/sfn", endpoint = "change_instances", output = Answer)]
pub async fn change_instances(
    #[server(default)] ids: Vec<InstanceId>,
    act: Act,
    minutes: Option<u32>,
) -> Result<Changed, ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    let (ids, job) = super::context::change(&fleet, &actor, ids, super::context::operation(act, minutes)).await?;
    super::context::lead_form_back();
    Ok(Changed { act, ids, job })
}

/// What a person types into the sign-in page of their editor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditorPassword {
    pub password: String,
}

/// Tells the password that an editor asks for. Who asked is written down.
#[server(prefix = "/sfn", endpoint = "reveal_password", output = Answer)]
pub async fn reveal_password(instance: InstanceId) -> Result<EditorPassword, ApiError> {
    let (passwords, actor) = (super::context::passwords()?, super::context::actor()?);
    let password = passwords.reveal(&actor, instance).await?;
    super::context::show_answer();
    Ok(EditorPassword { password: password.reveal().to_owned() })
}

/// Says for whom a port inside a sandbox is.
#[server(prefix = "/sfn", endpoint = "share_port", output = Answer)]
pub async fn share_port(instance: InstanceId, port: u16, audience: Audience) -> Result<(), ApiError> {
    let (sharing, actor) = (super::context::sharing()?, super::context::actor()?);
    sharing.share(&actor, instance, super::context::inner_port(port)?, audience).await?;
    super::context::lead_form_back();
    Ok(())
}
