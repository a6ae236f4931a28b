//! By what THON knows its nginx: a header with a random value, in a file that nobody else can read.

use std::{fs, io, path::Path};

use thon_core::{private_file, secret::Secret};
use thon_edge::FrontKey;

/// How the file begins and ends; the value is between.
const BEFORE: &str = "proxy_set_header X-Thon-Front ";
const AFTER: &str = ";\n";

/// Reads the key, or makes it at the first start. It stays the same, so that nginx may go on while THON restarts.
///
/// # Errors
/// When the file cannot be read or written.
pub fn front_key(path: &Path) -> io::Result<FrontKey> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let key = text.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(AFTER));
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
    private_file::write(path, &format!("{BEFORE}{}{AFTER}", secret.reveal()))?;
    Ok(key)
}
