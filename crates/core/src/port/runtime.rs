//! The port to whatever runs sandboxes: Docker in earnest, `simulated` for demos and scale tests.

use std::{collections::BTreeMap, net::SocketAddr};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use serde::Serialize;
use thon_domain::{
    id::{InstanceId, UserId},
    name::{GroupName, UserName},
    route::EditorSecret,
    slug::Slug,
    workspace::Workspace,
};

/// Runs sandboxes. Every operation is idempotent, so a step that was cut short is simply taken again.
#[async_trait]
pub trait SandboxRuntime: Send + Sync + 'static {
    /// The published word for it, for example `docker`.
    fn name(&self) -> &'static str;

    /// Whether it can be reached and would accept a sandbox now.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached, `Rejected` when it would not start one (the image is missing or not ours).
    async fn check(&self) -> Result<RuntimeReport, RuntimeError>;

    /// All sandboxes of this installation, and none of anybody else's.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    async fn list(&self) -> Result<Vec<Sandbox>, RuntimeError>;

    /// The sandbox of one instance, if there is one.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    async fn inspect(&self, instance: InstanceId) -> Result<Option<Sandbox>, RuntimeError>;

    /// Makes the volumes, the network and the sandbox, files inside, but does not start it.
    ///
    /// # Errors
    /// `Rejected` when it will not be made like this (image missing or not ours, a volume of somebody else, the name
    /// taken by a stranger); `Unavailable` when it may work later. Nothing half-made stays, the volumes do.
    async fn create(&self, spec: &SandboxSpec) -> Result<(), RuntimeError>;

    /// Starts a created sandbox.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Rejected` when it cannot start (its port is taken), else `Unavailable`.
    async fn start(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// Lets a frozen sandbox go on.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Unavailable` when it may work later.
    async fn resume(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// Ends and removes a sandbox; its volumes stay. One that is gone already is fine.
    ///
    /// # Errors
    /// `Unavailable` when it may work later.
    async fn remove(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// Tells which sandboxes changed, from now on, for ever. A gap is told as `Gap`.
    fn watch(&self) -> BoxStream<'static, RuntimeEvent>;
}

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
    pub workspace: Workspace,
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
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: 2 << 30, cpus: 1.0, pids: 2048 }
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

/// A sandbox as the runtime shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    pub instance: InstanceId,
    /// 0 for one that was not made to the end, because THON was killed: it is of no generation, and only to be removed.
    pub generation: u32,
    pub condition: Condition,
    /// Where its editor listens on this host.
    pub address: SocketAddr,
    /// What its editor was started with, read back so that a restarted THON knows it again.
    pub secret: EditorSecret,
    /// The image's name.
    pub image: String,
}

/// What a sandbox is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Made, never started.
    Created,
    Running {
        since: DateTime<Utc>,
    },
    /// Frozen from outside.
    Paused,
    /// Ended: `code` is its exit status, `out_of_memory` whether the kernel ended it.
    Exited {
        code: i64,
        out_of_memory: bool,
    },
}

/// Something changed in the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeEvent {
    /// This instance's sandbox changed or went away.
    Changed(InstanceId),
    /// Events may have been missed: look at everything.
    Gap,
}

/// What a runtime says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuntimeReport {
    /// For example `20.10.24`.
    pub version: String,
    /// The image that sandboxes are started from.
    pub image: String,
}

/// Why the runtime did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// May work later without anybody doing anything.
    #[error("{reason}")]
    Unavailable { reason: String },
    /// Will not work until a person changes something; `code` is a word such as `image-missing`.
    #[error("{reason}")]
    Rejected { code: &'static str, reason: String },
    #[error("there is no sandbox of instance {0}")]
    NotFound(InstanceId),
}
