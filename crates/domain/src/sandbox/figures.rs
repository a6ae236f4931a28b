//! What a sandbox says and takes: its log and its figures, as pages and programs see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One line that a sandbox's main process wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogLine {
    pub at: DateTime<Utc>,
    pub stream: LogStream,
    /// Without its line break.
    pub text: String,
}

/// Where a line was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum LogStream {
    Stdout,
    Stderr,
}

/// What a running sandbox takes at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SandboxStats {
    /// Cores in use, for example 0.25.
    pub cpu_cores: f64,
    /// Memory in use without the part of the page cache that the kernel can take back at once.
    pub memory_bytes: u64,
    pub memory_limit_bytes: u64,
    /// Processes and threads.
    pub pids: u64,
    /// Received and sent since the sandbox started.
    pub network_received_bytes: u64,
    pub network_sent_bytes: u64,
}

/// What takes the most room in the volumes of a running sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiskUse {
    /// The largest directories with all that is in them, the largest first.
    pub directories: Vec<PathUse>,
    /// The largest files.
    pub files: Vec<PathUse>,
    /// Whether everything was looked at in the time that there is for it.
    pub complete: bool,
}

/// What a file or a directory takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PathUse {
    /// Inside the sandbox. What is no text in it is shown as `\u{fffd}`.
    pub path: String,
    /// On the disk: a sparse file takes less than it is long.
    pub bytes: u64,
}

/// What a running sandbox took when it was measured last. Whole numbers: they go to every page, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub at: DateTime<Utc>,
    /// Thousandths of a core, since it was measured before.
    pub cpu_millis: u32,
    /// As in [`SandboxStats`].
    pub memory_bytes: u64,
    /// What the volumes, or the directory of the host, and the home hold, where that was measured in the last minutes.
    /// Nothing is measured of an ephemeral instance, nor where Docker runs on another machine.
    pub disk_bytes: Option<u64>,
}

/// What a sandbox is made from: what its user, its group and the configuration say together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandboxMakeup {
    /// The image that was chosen for it; the usual one without.
    pub image: Option<String>,
    /// What starts the container; the daemon's usual one without.
    pub runtime: Option<String>,
    pub memory_bytes: u64,
    /// Cores, for example 1.0.
    pub cpus: f64,
    /// Processes and threads.
    pub pids: u32,
    /// As large as the disk without.
    pub disk_bytes: Option<u64>,
}

/// What can be seen of a sandbox at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandboxLook {
    pub makeup: SandboxMakeup,
    /// The last lines, the oldest first.
    pub log: Vec<LogLine>,
    /// What it takes, while it runs.
    pub stats: Option<SandboxStats>,
    /// Why there is no log, in a sentence.
    pub unseen: Option<String>,
    /// What it took in the last minutes, the oldest first.
    pub past: Vec<Reading>,
}
