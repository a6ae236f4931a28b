//! The port to whatever runs sandboxes: Docker in earnest, `simulated` for demos and scale tests.

mod capabilities;
mod counters;
mod holdings;
mod spec;

use std::net::SocketAddr;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use serde::Serialize;
use thon_domain::{
    id::{InstanceId, UserId},
    route::EditorSecret,
    sandbox::{DiskUse, LogLine, SandboxStats},
    workspace::Volume,
};

pub use self::{
    capabilities::{Capabilities, Enforcement},
    counters::{Counters, LogSince},
    holdings::{DiskFile, HeldContainer, Holdings},
    spec::{InjectedFile, Limits, SandboxSpec},
};

/// The most lines that a log is asked for.
pub const MOST_LOG_LINES: u32 = 2_000;

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

    /// What it enforces on this host. Asking also mends what can be: rules that somebody removed are made anew.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    async fn capabilities(&self) -> Result<Capabilities, RuntimeError>;

    /// All sandboxes of this installation, and none of anybody else's.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    async fn list(&self) -> Result<Vec<Sandbox>, RuntimeError>;

    /// What carries this installation's mark and is no sandbox, because somebody made or changed it by hand.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    async fn broken(&self) -> Result<Vec<BrokenSandbox>, RuntimeError> {
        Ok(Vec::new())
    }

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

    /// Freezes a running sandbox: its memory stays, it computes nothing. One that is frozen already is fine.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Rejected` when it does not run, `Unavailable` when it may work later.
    async fn pause(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// Lets a frozen sandbox go on. One that is not frozen is fine.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Unavailable` when it may work later.
    async fn resume(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// Ends and removes a sandbox; its volumes stay. One that is gone already is fine.
    ///
    /// # Errors
    /// `Unavailable` when it may work later.
    async fn remove(&self, instance: InstanceId) -> Result<(), RuntimeError>;

    /// The last lines that a sandbox wrote, the oldest first, at most [`MOST_LOG_LINES`].
    ///
    /// # Errors
    /// `NotFound` when there is none, `Unavailable` when it may work later.
    async fn logs(&self, instance: InstanceId, lines: u32) -> Result<Vec<LogLine>, RuntimeError>;

    /// What a sandbox takes now. It is measured for a moment, so the answer takes half a second.
    ///
    /// # Errors
    /// `NotFound` when none runs, `Unavailable` when it may work later.
    async fn stats(&self, instance: InstanceId) -> Result<SandboxStats, RuntimeError>;

    /// What a sandbox writes, line by line, until it ends or the runtime breaks off.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Unavailable` when it may work later.
    async fn follow_log(
        &self,
        instance: InstanceId,
        since: LogSince,
    ) -> Result<BoxStream<'static, LogLine>, RuntimeError>;

    /// What takes the most room in the volumes of a sandbox that runs, as far as it is found within a few seconds.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Rejected` when it does not run or lacks the programs to look, `Unavailable` when it may
    /// work later.
    async fn disk_use(&self, instance: InstanceId) -> Result<DiskUse, RuntimeError>;

    /// What each sandbox that runs has taken so far. One that cannot be measured is left out.
    ///
    /// # Errors
    /// `Unavailable` when the runtime cannot be reached.
    async fn counters(&self) -> Result<Vec<(InstanceId, Counters)>, RuntimeError>;

    /// All volumes of this installation, needed or not, by name.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    async fn volumes(&self) -> Result<Vec<Volume>, RuntimeError>;

    /// Deletes a volume of this user, or a group's when there is none, for good. One that is gone already is fine.
    ///
    /// # Errors
    /// `Rejected` when a sandbox has it mounted or it is somebody else's, `Unavailable` when it may work later.
    async fn remove_volume(&self, name: &str, user: Option<UserId>) -> Result<(), RuntimeError>;

    /// What a volume holds, in bytes; nothing where that cannot be measured.
    ///
    /// # Errors
    /// `Unavailable` when the runtime cannot be reached.
    async fn volume_bytes(&self, _name: &str) -> Result<Option<u64>, RuntimeError> {
        Ok(None)
    }

    /// What a directory of the host holds, in bytes; nothing where that cannot be measured.
    async fn directory_bytes(&self, _path: &str) -> Option<u64> {
        None
    }

    /// Everything with the mark of this installation, and networks that hold nobody.
    ///
    /// A runtime that leaves nothing behind has its sandboxes alone.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    async fn holdings(&self) -> Result<Holdings, RuntimeError> {
        let held = |sandbox: Sandbox| HeldContainer {
            id: sandbox.instance.to_string(),
            name: sandbox.instance.to_string(),
            instance: Some(sandbox.instance),
            user: None,
            is_finished: sandbox.generation > 0,
        };
        let containers = self.list().await?.into_iter().map(held).collect();
        Ok(Holdings { containers, ..Holdings::default() })
    }

    /// Removes a container of this installation, whatever it is. Volumes stay; one that is gone already is fine.
    ///
    /// # Errors
    /// `Rejected` when it is somebody else's, `Unavailable` when it may work later.
    async fn discard_container(&self, held: &HeldContainer) -> Result<(), RuntimeError> {
        match held.instance {
            Some(instance) => self.remove(instance).await,
            None => Ok(()),
        }
    }

    /// Removes a network for sandboxes that holds nobody. One that is gone already is fine.
    ///
    /// # Errors
    /// `Rejected` when it is not THON's or holds somebody, `Unavailable` when it may work later.
    async fn discard_network(&self, _name: &str) -> Result<(), RuntimeError> {
        Ok(())
    }

    /// Removes a file system that was not made to the end. One that is gone already is fine.
    ///
    /// # Errors
    /// `Rejected` when it is a whole one, `Unavailable` when it may work later.
    async fn discard_disk(&self, _name: &str) -> Result<(), RuntimeError> {
        Ok(())
    }

    /// Deletes a whole file system that no volume is in, with all files. One that is gone already is fine.
    ///
    /// # Errors
    /// `Rejected` when a volume is in it, `Unavailable` when something uses it or it may work later.
    async fn discard_files(&self, _name: &str) -> Result<(), RuntimeError> {
        Ok(())
    }

    /// Where sandboxes reach this THON: addresses of this host that nobody but them is at. None where there are none.
    ///
    /// # Errors
    /// `Unavailable` when the runtime cannot be reached.
    async fn inward_addresses(&self) -> Result<Vec<SocketAddr>, RuntimeError> {
        Ok(Vec::new())
    }

    /// Tells which sandboxes changed, from now on, for ever. A gap is told as `Gap`.
    fn watch(&self) -> BoxStream<'static, RuntimeEvent>;
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

/// Something that is marked as a sandbox and lacks what makes it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenSandbox {
    /// As the runtime knows it.
    pub name: String,
    /// For example `a published port`.
    pub lacks: &'static str,
    /// What takes it away.
    pub command: String,
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
