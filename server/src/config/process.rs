//! The process as it was started: the one place that asks `std::env`.

use std::{env, io};

use camino::Utf8PathBuf;

use super::Sources;

/// The sources that the process itself carries: its environment and folders. Flags are added by the command line.
///
/// Variables that are not UTF-8 are none of ours.
pub fn sources() -> Sources {
    Sources {
        environment: env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect(),
        user_home: env::home_dir().and_then(|home| Utf8PathBuf::from_path_buf(home).ok()),
        current_dir: env::current_dir().ok().and_then(|dir| Utf8PathBuf::from_path_buf(dir).ok()).unwrap_or_default(),
        ..Sources::default()
    }
}

/// The path of this very program, to start it once more.
///
/// # Errors
/// When the system cannot tell, or the path is not UTF-8.
pub fn program() -> io::Result<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(env::current_exe()?)
        .map_err(|path| io::Error::other(format!("not UTF-8: {}", path.display())))
}
