//! Whether this host lets THON divide its disk: tried with a small file system, not guessed.

use std::{fs, path::Path, process};

use thon_core::port::runtime::Enforcement;

use super::file_system::FileSystem;

/// Where dockerd tells its process (<https://docs.docker.com/reference/cli/dockerd/>, `--pidfile`).
const DOCKER_PID: &str = "/var/run/docker.pid";

/// Large enough for ext4 with its journal.
const PROBE_BYTES: u64 = 32 << 20;

/// The number of the process that tries in a file system of this name; nothing when it is a person's.
pub(super) fn process_of(name: &str) -> Option<&str> {
    name.strip_prefix("probe.").filter(|number| number.parse::<u32>().is_ok())
}

/// Tries it.
///
/// # Errors
/// Why limits are not kept here.
pub(super) async fn probe(dir: &Path) -> Result<(), Enforcement> {
    if !sees_our_mounts() {
        return Err(Enforcement::NotEnforced {
            why: "Docker would not see what THON mounts: THON runs in a mount namespace of its own".to_owned(),
            commands: vec!["sudo systemctl edit thon  # PrivateMounts=no, PrivateTmp=no, ProtectSystem=no".to_owned()],
        });
    }
    // Slugs have no dot, and processes have different numbers.
    let tried = FileSystem::named(dir, &format!("probe.{}", process::id()));
    let outcome = try_once(&tried).await;
    // What a failed try leaves; after a good one there is nothing.
    let _ = (fs::remove_file(tried.file()), fs::remove_dir(tried.mounted_at()));
    outcome.map_err(|why| Enforcement::NotEnforced {
        why,
        commands: vec!["sudo apt-get install e2fsprogs mount  # and run THON as root".to_owned()],
    })
}

async fn try_once(tried: &FileSystem) -> Result<(), String> {
    let reason = |error: thon_core::port::runtime::RuntimeError| error.to_string();
    tried.make(PROBE_BYTES).await.map_err(reason)?;
    tried.mount().await.map_err(reason)?;
    tried.unmount().await.map_err(reason)
}

/// Whether Docker's process is in the same mount namespace (namespaces(7)).
fn sees_our_mounts() -> bool {
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/mnt")).ok();
    let docker = fs::read_to_string(DOCKER_PID).ok().and_then(|pid| namespace(pid.trim()));
    docker.is_some() && docker == namespace("self")
}
