//! Where the files of the participants lie.

use camino::Utf8PathBuf;

use super::reader::Reader;

/// The workspaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder of the bind mounts; none means volumes.
    pub dir: Option<Utf8PathBuf>,
}

impl Workspace {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { dir: reader.path("workspace.dir") }
    }
}
