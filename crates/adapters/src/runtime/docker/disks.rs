//! Disk limits: a person's volumes in a file system of their own, which is a file of the wanted size.
//!
//! Docker's local driver can neither attach a loop device nor limit a volume on overlay2, so THON makes and mounts the
//! file system and gives Docker its directories (`docs/decisions/0009-disk-limits.md`).

mod file_system;
mod lone;
mod probe;
mod unfinished;

use std::path::{Path, PathBuf};

use thon_core::port::runtime::{Enforcement, RuntimeError, SandboxSpec};
use thon_domain::{
    slug::Slug,
    workspace::{Storage, VolumeKind},
};
use tokio::sync::OnceCell;

pub(super) use self::file_system::FileSystem;
use super::{DockerOptions, error};

/// What of a sandbox's own file system is mounted besides the volumes: else whoever is out of room writes there.
pub(super) const SCRATCH: [(&str, &str); 2] = [("tmp", "/tmp"), ("var-tmp", "/var/tmp")];

/// The directory of one installation's file systems.
#[derive(Debug)]
pub(super) struct Disks {
    dir: Option<PathBuf>,
    local: bool,
    possible: OnceCell<()>,
}

impl Disks {
    pub(super) fn new(options: &DockerOptions, local: bool) -> Self {
        Self { dir: options.disks_dir.clone(), local, possible: OnceCell::new() }
    }

    /// Whether limits are kept here. It is tried once, for real, and again only after it failed.
    pub(super) async fn enforcement(&self) -> Enforcement {
        let probed = self.possible.get_or_try_init(|| async {
            match &self.dir {
                Some(dir) if self.local => probe::probe(dir).await,
                Some(_) => {
                    Err(Enforcement::impossible("Docker runs on another machine, whose disk THON cannot divide"))
                }
                None => Err(Enforcement::impossible("no directory is set for the file systems of limited volumes")),
            }
        });
        probed.await.map_or_else(|not| not, |()| Enforcement::Enforced)
    }

    /// The file system of a sandbox's volumes, mounted; made when a limit is wanted and the volumes are `new`.
    ///
    /// Volumes that were made without one stay as they are. Whether they are new is asked only where it matters.
    ///
    /// # Errors
    /// `Rejected` when the disk is full, `Unavailable` when it cannot be mounted.
    pub(super) async fn of(
        &self,
        spec: &SandboxSpec,
        new: impl Future<Output = Result<bool, RuntimeError>>,
    ) -> Result<Option<FileSystem>, RuntimeError> {
        let (Some(dir), Storage::Volumes) = (&self.dir, &spec.workspace.storage) else { return Ok(None) };
        let file_system = FileSystem::of(dir, &spec.slug);
        if !file_system.exists() {
            let Some(bytes) = spec.limits.disk_bytes else { return Ok(None) };
            if !new.await? || self.enforcement().await != Enforcement::Enforced {
                return Ok(None);
            }
            file_system.make(bytes).await?;
        }
        file_system.prepare().await?;
        Ok(Some(file_system))
    }

    /// Mounts what a sandbox needs, where a restart of the host has left it unmounted.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be mounted.
    pub(super) async fn remount(&self, slug: &Slug) -> Result<(), RuntimeError> {
        let Some(dir) = &self.dir else { return Ok(()) };
        let file_system = FileSystem::of(dir, slug);
        if file_system.exists() { file_system.prepare().await } else { Ok(()) }
    }

    /// Deletes what a removed volume held, and the file system with the last of them.
    ///
    /// # Errors
    /// `Unavailable` when something still uses it.
    pub(super) async fn forget(&self, device: &str) -> Result<(), RuntimeError> {
        let part = Path::new(device);
        let (Some(dir), Some(mounted)) = (&self.dir, part.parent()) else { return Ok(()) };
        let slug = mounted.file_name().and_then(|name| Slug::new(name.to_str()?).ok());
        match slug {
            Some(slug) if mounted == FileSystem::of(dir, &slug).mounted_at() => {
                FileSystem::of(dir, &slug).forget(part).await
            }
            _ => Ok(()),
        }
    }
}

/// The part of a file system that a volume is.
pub(super) fn part(kind: VolumeKind) -> Option<&'static str> {
    match kind {
        VolumeKind::Workspace => Some("workspace"),
        VolumeKind::Home => Some("home"),
        VolumeKind::Group => None,
    }
}

fn unavailable(doing: &str, at: &Path, why: &impl ToString) -> RuntimeError {
    error::unavailable(format!("cannot {doing} {}: {}", at.display(), why.to_string()))
}
