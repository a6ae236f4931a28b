//! What a runtime enforces on this host, and what a person can do where it cannot.

use serde::Serialize;

/// What a runtime can do here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Whether sandboxes are kept away from the host and from link-local addresses, and others away from sandboxes.
    pub network_rules: Enforcement,
    /// Whether a sandbox's disk limit is one.
    pub disk_quota: Enforcement,
    /// How many sandboxes its networks take.
    pub places: u32,
    /// What can start a container, for example `runc`.
    pub runtimes: Vec<String>,
}

/// Whether something is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Enforcement {
    Enforced,
    NotEnforced {
        /// A sentence without its full stop.
        why: String,
        /// What a person can run to have it.
        commands: Vec<String>,
    },
}

impl Enforcement {
    /// Not kept, and nothing to run would help.
    pub fn impossible(why: impl Into<String>) -> Self {
        Self::NotEnforced { why: why.into(), commands: Vec::new() }
    }
}
