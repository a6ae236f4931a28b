//! By what THON knows its nginx and its nginx's questions: headers with random values, in files that nobody else can read.

use std::{fs, io, path::Path};

use thon_core::{private_file, secret::Secret};
use thon_edge::FrontKey;

/// How a file ends; it begins with the header, and the value is between.
const AFTER: &str = ";\n";

/// Reads the key of everything that nginx passes on, or makes it at the first start. It stays the same, so that nginx may go
/// on while THON restarts.
///
/// # Errors
/// When the file cannot be read or written.
pub fn front_key(path: &Path) -> io::Result<FrontKey> {
    key(path, "proxy_set_header X-Thon-Front ")
}

/// The same for what nginx asks before it leads to an editor by itself.
///
/// # Errors
/// As [`front_key`].
pub fn question_key(path: &Path) -> io::Result<FrontKey> {
    key(path, "proxy_set_header X-Thon-Question ")
}

fn key(path: &Path, before: &str) -> io::Result<FrontKey> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let key = text.strip_prefix(before).and_then(|rest| rest.strip_suffix(AFTER));
            if let Some(key) = key.and_then(FrontKey::new) {
                return Ok(key);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let secret = Secret::random("");
    let key = FrontKey::new(secret.reveal()).ok_or_else(|| io::Error::other("a random key is none"))?;
    if let Some(folder) = path.parent() {
        private_file::make_folder(folder)?;
    }
    private_file::write(path, &format!("{before}{}{AFTER}", secret.reveal()))?;
    Ok(key)
}
