//! Health, for those who run the event: whether sandboxes can be started, and what this machine does not keep.

use super::Check;
use crate::{
    actor::{Action, Actor},
    error::Error,
    port::runtime::{Capabilities, RuntimeReport},
};

/// How THON is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The published word for what runs sandboxes.
    pub runtime: &'static str,
    /// What it says of itself, or why no sandbox would start now.
    pub report: Result<RuntimeReport, String>,
    /// What it enforces here; `None` while it cannot be reached.
    pub capabilities: Option<Capabilities>,
}

impl Check {
    /// Asks the runtime how it is doing.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn health(&self, actor: &Actor) -> Result<Health, Error> {
        actor.may(Action::SeeSystem)?;
        let (report, capabilities) = tokio::join!(self.runtime.check(), self.runtime.capabilities());
        Ok(Health {
            runtime: self.runtime.name(),
            report: report.map_err(|error| error.to_string()),
            capabilities: capabilities.ok(),
        })
    }
}
