//! The folder that holds THON's own files.

use camino::{Utf8Path, Utf8PathBuf};

/// The data folder: `~/.thon`, or what `THON_HOME` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home(Utf8PathBuf);

impl Home {
    pub const fn new(folder: Utf8PathBuf) -> Self {
        Self(folder)
    }

    pub fn path(&self) -> &Utf8Path {
        &self.0
    }

    /// The configuration that is read when no other is named.
    pub fn config_file(&self) -> Utf8PathBuf {
        self.0.join("thon.yaml")
    }

    /// The database that is used when no other is named.
    pub fn database(&self) -> Utf8PathBuf {
        self.0.join("thon.db")
    }

    /// Where a running server listens for the commands of its owner.
    pub fn socket(&self) -> Utf8PathBuf {
        self.0.join("thon.sock")
    }

    /// Where the file systems of limited volumes are.
    pub fn disks(&self) -> Utf8PathBuf {
        self.0.join("volumes")
    }

    /// Where certificates lie, unless another folder is named.
    pub fn certificates(&self) -> Utf8PathBuf {
        self.0.join("certificates")
    }

    /// Where THON keeps what is between it and nginx.
    pub fn nginx(&self) -> Utf8PathBuf {
        self.0.join("nginx")
    }

    /// Where a server started in the background writes its log.
    pub fn log_file(&self) -> Utf8PathBuf {
        self.0.join("thon.log")
    }
}
