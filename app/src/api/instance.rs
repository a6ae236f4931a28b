//! Starting and ending instances.

use leptos::prelude::*;
use thon_domain::id::{GroupId, InstanceId, UserId};

use super::{codec::Answer, error::ApiError};

/// Starts the instance of a user.
#[server(prefix = "/sfn", endpoint = "launch_user", output = Answer)]
pub async fn launch_user(user: UserId) -> Result<(), ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    fleet.launch(&actor, user).await?;
    Ok(())
}

/// Starts every instance that is not there, of one group or of all.
#[server(prefix = "/sfn", endpoint = "launch_missing", output = Answer)]
pub async fn launch_missing(group: Option<GroupId>) -> Result<(), ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    fleet.launch_missing(&actor, group).await?;
    Ok(())
}

/// Ends an instance. Its files are kept.
#[server(prefix = "/sfn", endpoint = "terminate_instance", output = Answer)]
pub async fn terminate_instance(instance: InstanceId) -> Result<(), ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    fleet.terminate(&actor, instance).await?;
    super::context::lead_form_to("/instances");
    Ok(())
}
