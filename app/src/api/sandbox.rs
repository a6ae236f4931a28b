//! Looking into a sandbox.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use thon_domain::{
    id::InstanceId,
    sandbox::{DiskUse, SandboxLook},
};

use super::{codec::Answer, error::ApiError};

/// How many lines of a log are shown.
pub const LINES: u32 = 200;

/// Tells what can be seen of an instance's sandbox now.
#[server(name = ReadSandbox, prefix = "/sfn", endpoint = "instance_look", input = GetUrl, output = Answer)]
pub async fn instance_look(id: InstanceId) -> Result<SandboxLook, ApiError> {
    let (sandboxes, actor) = (super::context::sandboxes()?, super::context::actor()?);
    Ok(sandboxes.look(&actor, id, LINES).await?)
}

/// Tells what takes the most room in the volumes of an instance's sandbox; looking takes a few seconds.
#[server(name = ReadDiskUse, prefix = "/sfn", endpoint = "disk_use", input = GetUrl, output = Answer)]
pub async fn disk_use(id: InstanceId) -> Result<DiskUse, ApiError> {
    let (sandboxes, actor) = (super::context::sandboxes()?, super::context::actor()?);
    Ok(sandboxes.disk_use(&actor, id).await?)
}
