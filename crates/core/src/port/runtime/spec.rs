//! What a sandbox is made from.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use thon_domain::{
    id::{InstanceId, UserId},
    name::{GroupName, UserName},
    route::EditorSecret,
    sandbox::{Cpus, SandboxOverrides},
    slug::Slug,
    workspace::{GroupVolume, Workspace},
};

/// Everything that a sandbox is made from.
#[derive(Clone, Debug)]
pub struct SandboxSpec {
    pub instance: InstanceId,
    pub user: UserId,
    pub group_name: GroupName,
    pub user_name: UserName,
    pub slug: Slug,
    /// Which sandbox of the instance this is, counted from 1.
    pub generation: u32,
    /// The port on 127.0.0.1 that is published, for the life of the instance.
    pub host_port: u16,
    pub secret: EditorSecret,
    /// Its storage says what is mounted from where.
    pub workspace: Workspace,
    /// Whether its home is empty and passes, and the person's own is at [`thon_domain::workspace::RESCUED_HOME`].
    pub rescue: bool,
    /// What the sandboxes of the group share, if they do.
    pub group_volume: Option<GroupVolume>,
    /// The image; the runtime's usual one without.
    pub image: Option<String>,
    /// What starts the container, for example `runsc`; the daemon's usual one without.
    pub runtime: Option<String>,
    pub limits: Limits,
    pub env: BTreeMap<String, String>,
    pub files: Vec<InjectedFile>,
}

/// How much a sandbox may take.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Limits {
    pub memory_bytes: u64,
    /// Cores, for example 1.0.
    pub cpus: f64,
    pub pids: u32,
    /// The size of all its volumes together, where the runtime can enforce it; as large as the disk without.
    pub disk_bytes: Option<u64>,
}

impl Limits {
    /// These, with what somebody's wishes say instead.
    #[must_use]
    pub fn with(self, wishes: &SandboxOverrides) -> Self {
        Self {
            memory_bytes: wishes.memory_bytes.unwrap_or(self.memory_bytes),
            cpus: wishes.cpus.map_or(self.cpus, Cpus::cores),
            pids: wishes.pids.unwrap_or(self.pids),
            disk_bytes: wishes.disk_bytes.or(self.disk_bytes),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: 2 << 30, cpus: 1.0, pids: 2048, disk_bytes: None }
    }
}

/// A file put into a sandbox before it starts.
#[derive(Clone, Debug)]
pub struct InjectedFile {
    /// Absolute path inside the sandbox.
    pub path: String,
    pub content: Bytes,
    /// Permission bits, for example `0o600`. The owner is the sandbox's user.
    pub mode: u32,
}
