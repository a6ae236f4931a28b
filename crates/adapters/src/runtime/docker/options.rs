//! What an operator chooses about Docker.

use std::path::PathBuf;

use thon_core::port::runtime::SandboxSpec;

use super::network::USUAL_SHARE;

/// Which Docker, and what on it is ours.
#[derive(Clone, Debug)]
pub struct DockerOptions {
    /// A socket's path, or what `DOCKER_HOST` takes (`unix://`, `tcp://`); without it the local socket.
    pub host: Option<String>,
    /// The image that sandboxes are started from. It is never pulled.
    pub image: String,
    /// This THON's own id: several on one daemon never touch each other's sandboxes.
    pub installation: String,
    /// How the sandboxes' bridges are called: this and a number, `thon0`. Installations may share them.
    pub network_prefix: String,
    /// How many sandboxes are put on one bridge before the next is begun.
    pub sandboxes_per_network: usize,
    /// Where the file systems of limited volumes are; without it volumes are as large as the disk.
    pub disks_dir: Option<PathBuf>,
    /// The port of this host that sandboxes may reach, if there is one.
    pub sandbox_listener_port: Option<u16>,
}

impl DockerOptions {
    /// The usual network on the local daemon.
    pub fn local(image: impl Into<String>, installation: impl Into<String>) -> Self {
        Self {
            host: None,
            image: image.into(),
            installation: installation.into(),
            network_prefix: "thon".to_owned(),
            sandboxes_per_network: USUAL_SHARE,
            disks_dir: None,
            sandbox_listener_port: None,
        }
    }

    /// The image of a sandbox.
    pub(super) fn image_of<'a>(&'a self, spec: &'a SandboxSpec) -> &'a str {
        spec.image.as_deref().unwrap_or(&self.image)
    }
}
