//! This machine's figures, from the kernel and from `df`.

use std::{
    path::{Path, PathBuf},
    thread,
};

use async_trait::async_trait;
use thon_core::port::host::{Host, HostError, HostFigures};

use crate::command;

/// The kernel's figures of memory (proc(5)).
const MEMORY: &str = "/proc/meminfo";

/// The machine that THON runs on.
#[derive(Clone, Debug)]
pub struct ThisHost {
    /// The directory whose disk counts: the one of Docker, or of the volumes.
    pub disk: PathBuf,
}

#[async_trait]
impl HostFigures for ThisHost {
    async fn measure(&self) -> Result<Host, HostError> {
        let memory = tokio::fs::read_to_string(MEMORY).await.map_err(|error| untold(MEMORY, &error))?;
        let cores = thread::available_parallelism().map_err(|error| untold("the number of cores", &error))?;
        Ok(Host {
            memory_bytes: memory_bytes(&memory).ok_or_else(|| untold(MEMORY, &"it has no `MemTotal`"))?,
            cores: u32::try_from(cores.get()).unwrap_or(u32::MAX),
            disk_free_bytes: Some(disk_free_bytes(&self.disk).await?),
        })
    }
}

/// What is free on the disk of a directory, in bytes.
///
/// # Errors
/// When there is no such directory.
pub(crate) async fn disk_free_bytes(dir: &Path) -> Result<u64, HostError> {
    let disk = dir.display().to_string();
    // POSIX: a heading, then one line with the free KiB in its fourth column.
    let table = command::run("df", &["-Pk", &disk], "").await.map_err(|error| untold(&disk, &error))?;
    free_bytes(&table).ok_or_else(|| untold(&disk, &"`df` said something else"))
}

fn memory_bytes(table: &str) -> Option<u64> {
    let line = table.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

fn free_bytes(table: &str) -> Option<u64> {
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()?.checked_mul(1024)
}

fn untold(what: &str, why: &impl ToString) -> HostError {
    HostError { reason: format!("cannot read {what}: {}", why.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_in_bytes() {
        assert_eq!(memory_bytes("MemTotal:       24682632 kB\nMemFree: 1 kB\n"), Some(24_682_632 * 1024));
        let table = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n\
                     /dev/vda         264212084 70450460  24835428      74% /\n";
        assert_eq!(free_bytes(table), Some(24_835_428 * 1024));
    }

    #[tokio::test]
    async fn this_machine_has_something() {
        let host = ThisHost { disk: "/".into() }.measure().await.expect("figures");
        assert!(host.memory_bytes > 1 << 28 && host.cores > 0 && host.disk_free_bytes > Some(0), "{host:?}");
        let nowhere = ThisHost { disk: "/nowhere/at/all".into() }.measure().await.expect_err("no such disk");
        assert!(nowhere.reason.contains("/nowhere/at/all"), "{nowhere}");
    }
}
