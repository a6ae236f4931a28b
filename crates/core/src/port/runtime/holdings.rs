//! What a runtime holds for an installation, whether it still is a sandbox or only what is left of one.

use thon_domain::{
    id::{InstanceId, UserId},
    slug::Slug,
};

/// Containers and networks of an installation. Volumes are listed on their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    pub containers: Vec<HeldContainer>,
    /// The names of networks for sandboxes that hold no container, a stranger's included.
    pub empty_networks: Vec<String>,
    /// What is there of file systems that were not made to the end, or are being made at this moment.
    pub unfinished_disks: Vec<DiskFile>,
    /// Whole file systems that no volume is in: the volumes were removed, or are being made at this moment.
    pub lone_disks: Vec<DiskFile>,
}

/// The file of a file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskFile {
    /// Of the file.
    pub name: String,
    /// For whose volumes it is or was to be; nothing of one that was only a try.
    pub slug: Option<Slug>,
    /// How much of the host's disk it takes.
    pub size_bytes: u64,
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
