//! One person's file system: a sparse file, and where it is mounted.

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    io::{self, ErrorKind},
    os::unix::{
        ffi::OsStrExt as _,
        fs::{PermissionsExt as _, chown},
    },
    path::{Path, PathBuf},
};

use thon_core::port::runtime::RuntimeError;
use thon_domain::{slug::Slug, workspace::VolumeKind};

use super::{SCRATCH, part, unavailable};
use crate::{
    command,
    runtime::docker::{error, files::OWNER},
};

/// The kernel's list of what is mounted for this process (proc(5)).
const MOUNTS: &str = "/proc/self/mountinfo";

/// The size of the journal, in MiB: what a crash must not break is little, and the usual one is 64 MiB of real disk each.
const JOURNAL_MIB: &str = "size=8";

/// The extension of one that is being made.
pub(super) const UNFINISHED: &str = "new";

#[derive(Debug)]
pub(in crate::runtime::docker) struct FileSystem {
    file: PathBuf,
    mounted_at: PathBuf,
}

impl FileSystem {
    pub(super) fn of(dir: &Path, slug: &Slug) -> Self {
        Self::named(dir, slug.as_str())
    }

    pub(super) fn named(dir: &Path, name: &str) -> Self {
        // The kernel tells mounts by their real paths.
        let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        Self { file: dir.join(format!("{name}.img")), mounted_at: dir.join(name) }
    }

    pub(super) fn mounted_at(&self) -> &Path {
        &self.mounted_at
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    pub(super) fn exists(&self) -> bool {
        self.file.exists()
    }

    pub(super) fn is_mounted(&self) -> bool {
        is_mounted(&self.mounted_at).unwrap_or_default()
    }

    /// The directory that a volume of this kind is.
    pub(in crate::runtime::docker) fn part(&self, kind: VolumeKind) -> Option<PathBuf> {
        part(kind).map(|part| self.mounted_at.join(part))
    }

    /// The directories for what a sandbox writes elsewhere, and where it sees them.
    pub(in crate::runtime::docker) fn scratch(&self) -> [(PathBuf, &'static str); 2] {
        SCRATCH.map(|(part, target)| (self.mounted_at.join(part), target))
    }

    /// The size that it was made with, in bytes.
    pub(in crate::runtime::docker) fn size(&self) -> Option<u64> {
        fs::metadata(&self.file).ok().map(|file| file.len())
    }

    /// Makes it. The file gets its name last, so one that has the name is whole.
    ///
    /// # Errors
    /// `Rejected` when the disk is full, else `Unavailable`.
    pub(super) async fn make(&self, bytes: u64) -> Result<(), RuntimeError> {
        let unfinished = self.file.with_extension(UNFINISHED);
        sparse(&unfinished, bytes).map_err(|error| unmade(&unfinished, &error))?;
        let path = unfinished.display().to_string();
        let options = ["-q", "-F", "-m", "0", "-E", "nodiscard", "-J", JOURNAL_MIB, &path];
        if let Err(error) = command::run("mkfs.ext4", &options, "").await {
            // Whatever it wrote fills the disk further.
            let _ = fs::remove_file(&unfinished);
            return Err(unmade(&self.file, &error));
        }
        fs::rename(&unfinished, &self.file).map_err(|error| unmade(&self.file, &error))
    }

    /// Mounts it unless it is, with the directories that a sandbox needs.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be mounted.
    pub(super) async fn prepare(&self) -> Result<(), RuntimeError> {
        self.mount().await?;
        let parts = volumes().filter_map(|kind| self.part(kind)).map(|part| (part, 0o755));
        for (part, mode) in parts.chain(self.scratch().map(|(part, _)| (part, 0o1777))) {
            directory(&part, mode).map_err(|error| unavailable("make", &part, &error))?;
        }
        Ok(())
    }

    /// Mounts it unless it is.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be mounted.
    pub(super) async fn mount(&self) -> Result<(), RuntimeError> {
        let failed = |error: &dyn ToString| unavailable("mount", &self.file, &error.to_string());
        if is_mounted(&self.mounted_at).map_err(|error| failed(&error))? {
            return Ok(());
        }
        fs::create_dir_all(&self.mounted_at).map_err(|error| failed(&error))?;
        let (file, at) = (self.file.display().to_string(), self.mounted_at.display().to_string());
        let options = ["-t", "ext4", "-o", "loop,nosuid,nodev", &file, &at];
        command::run("mount", &options, "").await.map(drop).map_err(|error| failed(&error))
    }

    /// Empties what does not outlive a sandbox.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be emptied.
    pub(in crate::runtime::docker) async fn empty_scratch(&self) -> Result<(), RuntimeError> {
        for (part, _) in self.scratch() {
            let emptied = tokio::fs::remove_dir_all(&part).await.and_then(|()| directory(&part, 0o1777));
            emptied.map_err(|error| unavailable("empty", &part, &error))?;
        }
        Ok(())
    }

    /// Deletes one part, and all of it when no other part is left.
    ///
    /// # Errors
    /// `Unavailable` when something still uses it.
    pub(super) async fn forget(&self, gone: &Path) -> Result<(), RuntimeError> {
        if !self.exists() {
            return Ok(());
        }
        self.mount().await?;
        tokio::fs::remove_dir_all(gone).await.map_err(|error| unavailable("delete", gone, &error))?;
        if volumes().filter_map(|kind| self.part(kind)).any(|part| part.exists()) {
            return Ok(());
        }
        self.unmount().await?;
        fs::remove_file(&self.file).map_err(|error| unavailable("delete", &self.file, &error))
    }

    /// Takes it out of the tree.
    ///
    /// # Errors
    /// `Unavailable` when something still uses it.
    pub(super) async fn unmount(&self) -> Result<(), RuntimeError> {
        let at = self.mounted_at.display().to_string();
        command::run("umount", &[&at], "").await.map_err(|error| unavailable("unmount", &self.mounted_at, &error))?;
        fs::remove_dir(&self.mounted_at).map_err(|error| unavailable("delete", &self.mounted_at, &error))
    }
}

/// The volumes that are in it.
fn volumes() -> impl Iterator<Item = VolumeKind> {
    [VolumeKind::Workspace, VolumeKind::Home].into_iter()
}

fn sparse(path: &Path, bytes: u64) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
        fs::set_permissions(dir, Permissions::from_mode(0o711))?;
    }
    let file = File::create(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.set_len(bytes)
}

/// The kernel's words for a full disk are the same from a program as from a call.
fn unmade(path: &Path, error: &impl ToString) -> RuntimeError {
    let said = error.to_string();
    if said.contains("No space left on device") {
        return error::disk_full(path);
    }
    unavailable("make", path, &said)
}

/// A directory of the sandboxes' user. What is there keeps its owner and mode: it may be the person's wish.
fn directory(path: &Path, mode: u32) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            let owner = u32::try_from(OWNER).map_err(io::Error::other)?;
            chown(path, Some(owner), Some(owner))?;
            fs::set_permissions(path, Permissions::from_mode(mode))
        }
    }
}

fn is_mounted(path: &Path) -> io::Result<bool> {
    Ok(has_mount(&fs::read(MOUNTS)?, path))
}

/// Whether the fifth column of a line is this path. Blanks in paths are escaped there, and no slug has one.
fn has_mount(table: &[u8], path: &Path) -> bool {
    let escaped = path.as_os_str().as_bytes().split(|byte| *byte == b' ').collect::<Vec<_>>().join(&b"\\040"[..]);
    table.split(|byte| *byte == b'\n').any(|line| {
        line.split(|byte| *byte == b' ').nth(4).is_some_and(|at| OsStr::from_bytes(at) == OsStr::from_bytes(&escaped))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_found_by_its_whole_path() {
        let table = b"36 35 98:0 / /srv/thon\\040x/alpha-ada rw - ext4 /dev/loop3 rw\n\
                      37 35 98:1 / /srv/thon\\040x/alpha-bob rw - ext4 /dev/loop4 rw\n";
        assert!(has_mount(table, Path::new("/srv/thon x/alpha-ada")));
        assert!(!has_mount(table, Path::new("/srv/thon x/alpha")));
        assert!(!has_mount(table, Path::new("/srv/thon x")));
    }
}
