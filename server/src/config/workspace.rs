//! Where the files of the participants lie.

use camino::Utf8PathBuf;
use thon_domain::workspace::StorageChoice;

use super::{Mistake, reader::Reader};

const EPHEMERAL: &str = "workspace.ephemeral";

/// The workspaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder of the bind mounts; none means volumes.
    pub dir: Option<Utf8PathBuf>,
    /// Whether the files of people who never started end with their sandbox.
    pub ephemeral: bool,
    /// Whether the sandboxes of a group share `/storage`.
    pub group_storage: bool,
}

impl Workspace {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let dir = reader.key("workspace.dir", "The folder of the workspaces; without one they are volumes");
        let dir = dir.env("THON_WORKSPACE_DIR").path();
        let ephemeral = reader.key(EPHEMERAL, "Whether the files of new people end with their sandbox").truth(false);
        let shared = reader.key("workspace.group_storage", "Whether the sandboxes of a group share /storage");
        let group_storage = shared.truth(false);
        if ephemeral && dir.is_some() {
            let message = "workspace.dir keeps files, workspace.ephemeral does not, and both are set";
            reader.mistake(Mistake::new(reader.origin(EPHEMERAL), message).with_hint("keep one of them"));
        }
        Self { dir, ephemeral, group_storage }
    }

    /// How the workspaces of people who never started are kept.
    pub fn storage(&self) -> StorageChoice {
        match &self.dir {
            Some(dir) => StorageChoice::Bind { dir: dir.to_string() },
            None if self.ephemeral => StorageChoice::Ephemeral,
            None => StorageChoice::Volumes,
        }
    }
}
