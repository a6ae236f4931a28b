//! Where the files of the participants lie.

use camino::Utf8PathBuf;

use super::reader::Reader;

/// The workspaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder of the bind mounts; none means volumes.
    pub dir: Option<Utf8PathBuf>,
    /// Whether the sandboxes of a group share `/storage`.
    pub group_storage: bool,
}

impl Workspace {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let dir = reader.key("workspace.dir", "The folder of the workspaces; without one they are volumes");
        Self {
            dir: dir.env("THON_WORKSPACE_DIR").path(),
            group_storage: reader
                .key("workspace.group_storage", "Whether the sandboxes of a group share /storage")
                .truth(false),
        }
    }
}
