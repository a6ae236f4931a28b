//! What is mounted into a sandbox: a person's volumes or directory, and what their group shares.

use std::{
    collections::HashMap,
    fs::{self, DirBuilder, Metadata},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, lchown},
    path::Path,
};

use bollard::models::{Mount, MountType};
use thon_core::port::runtime::{RuntimeError, SandboxSpec};
use thon_domain::workspace::{GroupVolume, HOME, RESCUED_HOME, Storage};

use super::{
    disks::{FileSystem, SCRATCH},
    error,
    files::OWNER,
};

/// The size of an empty home of a rescue start, and of each directory for what passes. They count as the sandbox's memory.
const PASSING_HOME: &str = "256m";
const PASSING_SCRATCH: &str = "64m";

/// What Docker is told to mount; `disk` is the file system of the person's volumes, if they are limited.
pub(super) fn of(spec: &SandboxSpec, disk: Option<&FileSystem>) -> Vec<Mount> {
    let beside = |target| if spec.rescue && target == HOME { RESCUED_HOME } else { target };
    let own = spec.workspace.mounts().into_iter();
    let own = own.map(|(volume, target)| mount(MountType::VOLUME, volume, beside(target)));
    let shared = spec.group_volume.iter().map(|volume| mount(MountType::VOLUME, &volume.name, GroupVolume::TARGET));
    let bound = match &spec.workspace.storage {
        Storage::Bind { path } => Some(mount(MountType::BIND, path, "/workspace")),
        Storage::Volumes | Storage::Ephemeral => None,
    };
    let scratch = disk.filter(|_| !spec.rescue).into_iter().flat_map(FileSystem::scratch);
    let scratch = scratch.map(|(dir, target)| mount(MountType::BIND, &dir.display().to_string(), target));
    own.chain(shared).chain(bound).chain(scratch).collect()
}

/// What a rescue start has in memory: its home, and where programs write meanwhile if that would be on a `limited` disk, which
/// may be full.
pub(super) fn passing(spec: &SandboxSpec, limited: bool) -> Option<HashMap<String, String>> {
    let options = |size: &str, mode: &str| format!("rw,exec,size={size},mode={mode},uid={OWNER},gid={OWNER}");
    let home = (HOME.to_owned(), options(PASSING_HOME, "0755"));
    let scratch = SCRATCH.iter().filter(|_| limited);
    let scratch = scratch.map(|(_, target)| ((*target).to_owned(), options(PASSING_SCRATCH, "1777")));
    spec.rescue.then(|| [home].into_iter().chain(scratch).collect())
}

fn mount(kind: MountType, source: &str, target: &str) -> Mount {
    Mount { typ: Some(kind), source: Some(source.to_owned()), target: Some(target.to_owned()), ..Default::default() }
}

/// Makes the directory of a bound workspace unless it is there.
///
/// # Errors
/// `Rejected` when it is something else, somebody else's, or may not be made.
pub(super) fn ensure_directory(storage: &Storage) -> Result<(), RuntimeError> {
    let Storage::Bind { path } = storage else { return Ok(()) };
    let path = Path::new(path);
    match fs::symlink_metadata(path) {
        Ok(found) => accept(path, &found),
        Err(error) if error.kind() == ErrorKind::NotFound => make(path).map_err(|error| unmade(path, &error)),
        Err(error) => Err(unmade(path, &error)),
    }
}

/// A link would lead a container to wherever it points.
fn accept(path: &Path, found: &Metadata) -> Result<(), RuntimeError> {
    if found.is_dir() && u64::from(found.uid()) == OWNER {
        return Ok(());
    }
    let what = if found.is_symlink() {
        "a link".to_owned()
    } else if found.is_dir() {
        format!("of user id {}, not {OWNER}", found.uid())
    } else {
        "not a directory".to_owned()
    };
    let reason = format!(
        "`{path}` is {what}, so it is not mounted. If it is this person's, make it a directory of theirs: \
         `chown -R {OWNER}:{OWNER} {path}`; else move it away",
        path = path.display()
    );
    Err(error::rejected("bind-foreign", reason))
}

fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)?;
    let owner = u32::try_from(OWNER).map_err(io::Error::other)?;
    let given = lchown(path, Some(owner), Some(owner));
    if given.is_err() {
        // Left behind, it would be refused as somebody else's from now on.
        let _ = fs::remove_dir(path);
    }
    given
}

fn unmade(path: &Path, error: &io::Error) -> RuntimeError {
    if error.kind() == ErrorKind::StorageFull {
        return error::disk_full(path);
    }
    let reason = format!(
        "the directory `{path}` cannot be made: {error}. Make it with \
         `sudo install -d -o {OWNER} -g {OWNER} -m 0700 {path}`, then try again",
        path = path.display()
    );
    error::rejected("bind-unmade", reason)
}
