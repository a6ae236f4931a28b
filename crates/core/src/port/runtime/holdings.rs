//! What a runtime holds for an installation, whether it still is a sandbox or only what is left of one.

use thon_domain::id::{InstanceId, UserId};

/// Containers and networks of an installation. Volumes are listed on their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    pub containers: Vec<HeldContainer>,
    /// The names of networks for sandboxes that hold no container, a stranger's included.
    pub empty_networks: Vec<String>,
}

/// A container with the mark of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldContainer {
    /// The runtime's own id.
    pub id: String,
    pub name: String,
    /// Whose sandbox it is; nothing when it carries no such mark.
    pub instance: Option<InstanceId>,
    pub user: Option<UserId>,
    /// Whether it was made to the end.
    pub is_finished: bool,
}
