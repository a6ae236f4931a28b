//! The port to the machine that sandboxes share: what it has.

use async_trait::async_trait;
use serde::Serialize;

/// Tells what the machine has.
#[async_trait]
pub trait HostFigures: Send + Sync + 'static {
    /// Measures it now.
    ///
    /// # Errors
    /// When the system, or the daemon on it, does not tell.
    async fn measure(&self) -> Result<Host, HostError>;
}

/// One machine, as measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Host {
    pub memory_bytes: u64,
    pub cores: u32,
    /// What is free where the volumes are; nothing when that is another machine's disk.
    pub disk_free_bytes: Option<u64>,
}

/// Why there are no figures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct HostError {
    pub reason: String,
}
