//! What a kill leaves of file systems that were being made, or tried: found by their names, removed only when asked.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use thon_core::port::runtime::{DiskFile, RuntimeError};
use thon_domain::slug::Slug;

use super::{Disks, FileSystem, file_system::UNFINISHED, probe, unavailable};
use crate::runtime::docker::error;

/// How `stat` counts what a file takes, in bytes (stat(2), `st_blocks`).
pub(super) const BLOCK: u64 = 512;

impl Disks {
    /// The files that are no whole file system. One of a probe counts once its process has gone.
    pub(in crate::runtime::docker) fn unfinished(&self) -> Vec<DiskFile> {
        let entries = self.dir.iter().filter_map(|dir| fs::read_dir(dir).ok()).flatten();
        let mut found: Vec<DiskFile> = entries.filter_map(|entry| unfinished(&entry.ok()?.path())).collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }

    /// Removes one of them.
    ///
    /// # Errors
    /// `Rejected` when it is none of them, `Unavailable` when something still uses it.
    pub(in crate::runtime::docker) async fn discard(&self, name: &str) -> Result<(), RuntimeError> {
        let Some(path) = self.dir.as_ref().and_then(|dir| file_in(dir, name)) else { return Ok(()) };
        if unfinished(&path).is_none() {
            let reason = format!("`{name}` is a whole file system, or is being made, so it stays");
            return Err(error::rejected("disk-in-use", reason));
        }
        if let (Some(dir), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str())) {
            let tried = FileSystem::named(dir, stem);
            if tried.is_mounted() {
                tried.unmount().await?;
            }
            // The place of a mount that came to nothing; of a person's it holds nothing either, or stays.
            let _ = fs::remove_dir(tried.mounted_at());
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(unavailable("delete", &path, &error)),
            _ => Ok(()),
        }
    }
}

/// A file of this very directory, if it is there.
fn file_in(dir: &Path, name: &str) -> Option<PathBuf> {
    let path = dir.join(name);
    (path.parent() == Some(dir) && path.is_file()).then_some(path)
}

fn unfinished(path: &Path) -> Option<DiskFile> {
    let name = path.file_name()?.to_str()?.to_owned();
    let (stem, extension) = (path.file_stem()?.to_str()?, path.extension()?);
    let is_left = match probe::process_of(stem) {
        Some(process) => !Path::new("/proc").join(process).exists(),
        None => extension == UNFINISHED,
    };
    let size_bytes = fs::metadata(path).ok().filter(|file| file.is_file() && is_left)?.blocks() * BLOCK;
    Some(DiskFile { name, slug: Slug::new(stem).ok(), size_bytes })
}
