//! Looking back: what happened, for the pages that tell it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{id::InstanceId, live::Activity, starts::Starts};

use super::{codec::Answer, error::ApiError};

/// How many entries are told at a time.
pub const TOLD: u32 = 15;

/// What the overview begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// The newest first.
    pub latest: Vec<Activity>,
    pub starts: Starts,
    /// Nothing before it was measured.
    pub carries: Option<Carries>,
}

/// What the machine carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carries {
    /// For example `fits 38 of 150 at 2 GiB; oversubscribed after 61`.
    pub sentence: String,
    /// Whether not all fit who do not run yet.
    pub tight: bool,
}

/// Tells what happened last, how the starts went, and what the machine carries.
#[server(name = ReadRecent, prefix = "/sfn", endpoint = "recent", input = GetUrl, output = Answer)]
pub async fn recent() -> Result<Recent, ApiError> {
    let (history, actor) = (super::context::history()?, super::context::actor()?);
    let seen = super::context::looking(false).await?.actor;
    let latest = history.latest(&seen, TOLD).await?;
    let (starts, carries) = (history.starts(&seen).await?, super::context::carries(&actor).await?);
    Ok(Recent { latest, starts, carries })
}

/// Tells what happened to an instance before an entry, the newest first.
#[server(name = ReadHistory, prefix = "/sfn", endpoint = "instance_history", input = GetUrl, output = Answer)]
pub async fn instance_history(id: InstanceId, before: Option<i64>) -> Result<Vec<Activity>, ApiError> {
    let (history, actor) = (super::context::history()?, super::context::actor()?);
    Ok(history.of_instance(&actor, id, before, TOLD).await?)
}
