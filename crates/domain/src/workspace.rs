//! The workspace: the files that outlive sandboxes.

mod removal;
mod volume;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::{
    removal::VolumeRemoval,
    volume::{GroupVolume, Volume, VolumeKind},
};

use crate::{
    id::{UserId, WorkspaceId},
    slug::Slug,
};

/// The home of a sandbox's user.
pub const HOME: &str = "/home/vscode";

/// Where a rescue start puts the person's home, beside an empty one.
pub const RESCUED_HOME: &str = "/home/vscode.rescue";

/// Where the person's work is.
pub const WORK: &str = "/workspace";

/// Where the files of a user are, decided at their first start. Nothing is ever deleted by THON on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub user: UserId,
    /// Mounted at `/workspace`: the person's work.
    pub workspace_volume: String,
    /// Mounted at `/home/vscode`: settings, extensions, shell history.
    pub home_volume: String,
    pub storage: Storage,
}

/// How a workspace is kept. Once given it stays: a configuration that changes later never hides somebody's files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "mode", rename_all = "lowercase")]
pub enum Storage {
    /// Both volumes.
    #[default]
    Volumes,
    /// The work in a directory of the host, the home in its volume.
    Bind {
        /// The absolute path of this user's own directory.
        path: String,
    },
    /// Nothing outlives the sandbox.
    Ephemeral,
}

/// How the workspaces of new users are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StorageChoice {
    #[default]
    Volumes,
    /// Directories beneath this absolute path.
    Bind {
        dir: String,
    },
    Ephemeral,
}

impl StorageChoice {
    /// What it means for one user.
    pub fn of(&self, slug: &Slug) -> Storage {
        match self {
            Self::Volumes => Storage::Volumes,
            Self::Bind { dir } => Storage::Bind { path: format!("{}/{slug}", dir.trim_end_matches('/')) },
            Self::Ephemeral => Storage::Ephemeral,
        }
    }
}

impl Workspace {
    /// The workspace of a new user, with volumes named after the slug.
    pub fn of(id: WorkspaceId, user: UserId, slug: &Slug) -> Self {
        let (workspace_volume, home_volume) = (format!("thon-workspace-{slug}"), format!("thon-home-{slug}"));
        Self { id, user, workspace_volume, home_volume, storage: Storage::Volumes }
    }

    /// The same workspace, kept like this.
    #[must_use]
    pub fn stored(self, storage: Storage) -> Self {
        Self { storage, ..self }
    }

    /// The volumes that its sandboxes mount, and where.
    pub fn mounts(&self) -> Vec<(&str, &'static str)> {
        let (work, home) = ((self.workspace_volume.as_str(), WORK), (self.home_volume.as_str(), HOME));
        match self.storage {
            Storage::Volumes => vec![work, home],
            Storage::Bind { .. } => vec![home],
            Storage::Ephemeral => Vec::new(),
        }
    }

    /// What to tell when new workspaces are kept differently from this one; nothing when they are not.
    pub fn differs(&self, choice: &StorageChoice, slug: &Slug) -> Option<String> {
        let wanted = choice.of(slug);
        (self.storage != wanted).then(|| {
            format!("The files of {slug} stay in {}. The configuration would now put them into {wanted}.", self.storage)
        })
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Volumes => f.write_str("volumes"),
            Self::Bind { path } => write!(f, "the directory {path}"),
            Self::Ephemeral => f.write_str("the sandbox alone"),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_kept_stays_where_it_is_and_that_is_said() {
        let slug = Slug::new("alpha-ada").expect("a slug");
        let choice = StorageChoice::Bind { dir: "/srv/thon/".to_owned() };
        let (id, user) = (WorkspaceId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let kept = Workspace::of(id, user, &slug);
        assert_eq!(
            kept.differs(&choice, &slug).as_deref(),
            Some(
                "The files of alpha-ada stay in volumes. The configuration would now put them into the directory /srv/thon/alpha-ada."
            )
        );
        assert_eq!(kept.stored(choice.of(&slug)).differs(&choice, &slug), None);
    }

    #[test]
    fn each_mode_mounts_its_own() {
        let slug = Slug::new("alpha-ada").expect("a slug");
        let mounts = |choice: StorageChoice| {
            let workspace = Workspace::of(WorkspaceId::new(Uuid::nil()), UserId::new(Uuid::nil()), &slug);
            let workspace = workspace.stored(choice.of(&slug));
            workspace.mounts().into_iter().map(|(_, target)| target).collect::<Vec<_>>()
        };
        assert_eq!(mounts(StorageChoice::Volumes), ["/workspace", "/home/vscode"]);
        assert_eq!(mounts(StorageChoice::Bind { dir: "/srv".to_owned() }), ["/home/vscode"]);
        assert!(mounts(StorageChoice::Ephemeral).is_empty());
    }
}
