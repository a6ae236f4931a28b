//! Files put into a container before it starts, by Docker's archive API: owner and mode as given, and no shell.

use std::{collections::BTreeSet, io, path::Path};

use bollard::{
    Docker as Client, body_full,
    query_parameters::{ContainerArchiveInfoOptions, UploadToContainerOptions},
};
use tar::{Builder, EntryType, Header};
use thon_core::port::runtime::{InjectedFile, RuntimeError};

use super::{daemon::bounded, error};

/// User and group `vscode` of the image's contract.
pub(super) const OWNER: u64 = 1001;

/// Puts files into a container, with the directories that they need. What is there already keeps its owner and mode.
///
/// # Errors
/// `Rejected` when a path is not absolute and plain, or leads through or to something of another kind.
pub(super) async fn put(client: &Client, container: &str, files: &[InjectedFile]) -> Result<(), RuntimeError> {
    if files.is_empty() {
        return Ok(());
    }
    let missing = missing_directories(client, container, files).await?;
    let archive = archive(&missing, files).map_err(|error| {
        error::rejected(
            "file-path",
            format!("a file cannot be put into the sandbox: {error}; use an absolute path without `..`"),
        )
    })?;
    let options = UploadToContainerOptions {
        path: "/".to_owned(),
        // A directory of the person's is never replaced by a file.
        no_overwrite_dir_non_dir: Some("true".to_owned()),
        copy_uidgid: None,
    };
    bounded(client.upload_to_container(container, Some(options), body_full(archive.into())))
        .await
        .map_err(error::explained)
}

/// Gives the group's directory to the sandboxes' user, so that whatever is made in it stays the group's.
///
/// # Errors
/// `Unavailable` when Docker does not do it.
pub(super) async fn share(client: &Client, container: &str, directory: &str) -> Result<(), RuntimeError> {
    let archive = shared(directory).map_err(|error| error::unavailable(error.to_string()))?;
    let options = UploadToContainerOptions { path: "/".to_owned(), ..Default::default() };
    let uploaded = client.upload_to_container(container, Some(options), body_full(archive.into()));
    bounded(uploaded).await.map_err(error::explained)
}

fn shared(directory: &str) -> io::Result<Vec<u8>> {
    let mut tar = Builder::new(Vec::new());
    tar.append_data(&mut header(EntryType::Directory, 0o2775, 0), relative(directory)?, io::empty())?;
    tar.into_inner()
}

/// The directories above the files that are not there, the outer ones first.
async fn missing_directories(
    client: &Client,
    container: &str,
    files: &[InjectedFile],
) -> Result<BTreeSet<String>, RuntimeError> {
    let all: BTreeSet<&str> = files.iter().flat_map(|file| parents(&file.path)).collect();
    let mut missing = BTreeSet::new();
    for directory in all {
        let within_missing = parents(directory).any(|parent| missing.contains(parent));
        if within_missing || !exists(client, container, directory).await? {
            missing.insert(directory.to_owned());
        }
    }
    Ok(missing)
}

/// The directories above a path, without the root.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end]).filter(|parent| !parent.is_empty())
}

async fn exists(client: &Client, container: &str, path: &str) -> Result<bool, RuntimeError> {
    let options = ContainerArchiveInfoOptions { path: path.to_owned() };
    match bounded(client.get_container_archive_info(container, Some(options))).await {
        Ok(_) => Ok(true),
        Err(error) if error::is_missing(&error) => Ok(false),
        Err(error) => Err(error::explained(error)),
    }
}

fn archive(directories: &BTreeSet<String>, files: &[InjectedFile]) -> io::Result<Vec<u8>> {
    let mut tar = Builder::new(Vec::new());
    for path in directories {
        let mut header = header(EntryType::Directory, 0o755, 0);
        tar.append_data(&mut header, relative(path)?, io::empty())?;
    }
    for file in files {
        let size = u64::try_from(file.content.len()).map_err(io::Error::other)?;
        let mut header = header(EntryType::Regular, file.mode, size);
        tar.append_data(&mut header, relative(&file.path)?, file.content.as_ref())?;
    }
    tar.into_inner()
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_uid(OWNER);
    header.set_gid(OWNER);
    header.set_mtime(0);
    header
}

/// A path as archives have it, seen from `/`. Archives refuse `..` themselves.
fn relative(path: &str) -> io::Result<&Path> {
    match path.strip_prefix('/') {
        Some(rest) if !rest.is_empty() && !rest.ends_with('/') => Ok(Path::new(rest)),
        _ => Err(io::Error::other(format!("`{path}` is not the absolute path of a file"))),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn file(path: &str) -> InjectedFile {
        InjectedFile { path: path.to_owned(), content: Bytes::from_static(b"x"), mode: 0o600 }
    }

    #[test]
    fn an_archive_holds_owner_and_mode() {
        let directories = BTreeSet::from(["/home/vscode/.config".to_owned()]);
        let bytes = archive(&directories, &[file("/home/vscode/.config/a")]).expect("an archive");
        let mut tar = tar::Archive::new(bytes.as_slice());
        let entries: Vec<_> = tar
            .entries()
            .expect("entries")
            .map(|entry| {
                let entry = entry.expect("an entry");
                let header = entry.header();
                let path = entry.path().expect("a path").display().to_string();
                (path, header.uid().expect("uid"), header.gid().expect("gid"), header.mode().expect("mode"))
            })
            .collect();
        let (directory, inside) = ("home/vscode/.config".to_owned(), "home/vscode/.config/a".to_owned());
        assert_eq!(entries, [(directory, 1001, 1001, 0o755), (inside, 1001, 1001, 0o600)]);
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_refused() {
        for path in ["relative", "/", "", "/dir/", "/home/../etc/passwd"] {
            assert!(archive(&BTreeSet::new(), &[file(path)]).is_err(), "{path}");
        }
    }

    #[test]
    fn every_directory_above_a_file_is_named_once() {
        assert_eq!(parents("/a/b/c").collect::<Vec<_>>(), ["/a", "/a/b"]);
        assert_eq!(parents("/a").count(), 0);
    }
}
