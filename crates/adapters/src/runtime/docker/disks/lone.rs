//! Whole file systems that no volume is in any more: somebody removed the volumes by hand. What they hold is somebody's work.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use thon_core::port::runtime::{DiskFile, RuntimeError};
use thon_domain::slug::Slug;

use super::{Disks, FileSystem, unavailable, unfinished::BLOCK};
use crate::runtime::docker::error;

impl Disks {
    /// Those of which none of `devices`, the directories that volumes are, is a part.
    pub(in crate::runtime::docker) fn lone(&self, devices: &[String]) -> Vec<DiskFile> {
        let Some(dir) = &self.dir else { return Vec::new() };
        let entries = fs::read_dir(dir).into_iter().flatten();
        let mut found: Vec<DiskFile> = entries
            .filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                lone(dir, &name, devices)
            })
            .collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }

    /// Deletes one of them with all that it holds. One that is gone is fine.
    ///
    /// # Errors
    /// `Rejected` when it is none of them, `Unavailable` when something still uses it.
    pub(in crate::runtime::docker) async fn discard_lone(
        &self,
        name: &str,
        devices: &[String],
    ) -> Result<(), RuntimeError> {
        let Some(dir) = &self.dir else { return Ok(()) };
        let Some(slug) = slug_of(name) else { return Ok(()) };
        let file_system = FileSystem::of(dir, &slug);
        if !file_system.exists() {
            return Ok(());
        }
        if lone(dir, name, devices).is_none() {
            return Err(error::rejected("disk-in-use", format!("a volume is in `{name}`: remove the volume instead")));
        }
        if file_system.is_mounted() {
            file_system.unmount().await?;
        }
        fs::remove_file(file_system.file()).map_err(|error| unavailable("delete", file_system.file(), &error))
    }
}

fn lone(dir: &Path, name: &str, devices: &[String]) -> Option<DiskFile> {
    let slug = slug_of(name)?;
    let file_system = FileSystem::of(dir, &slug);
    let is_used = devices.iter().any(|device| Path::new(device).starts_with(file_system.mounted_at()));
    let size_bytes = fs::metadata(file_system.file()).ok().filter(|file| file.is_file() && !is_used)?.blocks() * BLOCK;
    Some(DiskFile { name: name.to_owned(), slug: Some(slug), size_bytes })
}

/// Whose file system a file of this name is, if it is a whole one.
fn slug_of(name: &str) -> Option<Slug> {
    Slug::new(name.strip_suffix(".img")?).ok()
}
