//! The machine that Docker runs on, which may be another than THON's.

use std::path::PathBuf;

use async_trait::async_trait;
use thon_core::port::{
    host::{Host, HostError, HostFigures},
    runtime::{Enforcement, RuntimeError},
};

use super::{Docker, daemon::bounded, error};
use crate::host::disk_free_bytes;

#[async_trait]
impl HostFigures for Docker {
    async fn measure(&self) -> Result<Host, HostError> {
        let told = |error: RuntimeError| HostError { reason: error.to_string() };
        let client = self.daemon.client().await.map_err(told)?;
        let info = bounded(client.info()).await.map_err(|error| told(error::explained(error)))?;
        let untold = |what: &str| HostError { reason: format!("Docker does not tell {what}") };
        let memory = info.mem_total.and_then(|bytes| u64::try_from(bytes).ok());
        let cores = info.ncpu.and_then(|cores| u32::try_from(cores).ok());
        Ok(Host {
            memory_bytes: memory.ok_or_else(|| untold("the machine's memory"))?,
            cores: cores.ok_or_else(|| untold("the machine's cores"))?,
            disk_free_bytes: match self.disk(info.docker_root_dir).await {
                Some(dir) => Some(disk_free_bytes(&dir).await?),
                None => None,
            },
        })
    }
}

impl Docker {
    /// The directory whose disk the volumes fill; nothing when it is another machine's.
    async fn disk(&self, root: Option<String>) -> Option<PathBuf> {
        if !self.daemon.is_local() {
            return None;
        }
        let limited = self.options.disks_dir.clone().filter(|dir| dir.exists());
        match limited {
            Some(dir) if self.disks.enforcement().await == Enforcement::Enforced => Some(dir),
            // Docker may be local and in a container of its own, whose directories nobody here sees.
            _ => root.map(PathBuf::from).filter(|dir| dir.exists()),
        }
    }
}
