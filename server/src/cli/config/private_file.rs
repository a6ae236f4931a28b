//! Writes a file that holds secrets: whole or not at all, and for nobody else to read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
};

use camino::Utf8Path;
use thon_core::secret::Secret;

/// Writes beside the file first, so that a full disk or a power cut leaves the old one.
///
/// # Errors
/// When the folder is not there or not writable, or the disk is full.
pub(super) fn write(path: &Utf8Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or_else(|| ".".into());
    let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
    let beside = folder.join(Secret::random(&format!(".{name}.")).reveal());
    let written = write_new(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // It may not even have been made.
        let _ = fs::remove_file(&beside);
        return written;
    }
    File::open(folder)?.sync_all()
}

fn write_new(path: &Utf8Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
