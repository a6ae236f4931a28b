//! The workspace: the files that outlive sandboxes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{UserId, WorkspaceId},
    slug::Slug,
};

/// The volumes of a user, made at their first start and never deleted by THON on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub user: UserId,
    /// Mounted at `/workspace`: the person's work.
    pub workspace_volume: String,
    /// Mounted at `/home/vscode`: settings, extensions, shell history.
    pub home_volume: String,
}

impl Workspace {
    /// The workspace of a new user, with volumes named after the slug.
    pub fn of(id: WorkspaceId, user: UserId, slug: &Slug) -> Self {
        Self { id, user, workspace_volume: format!("thon-workspace-{slug}"), home_volume: format!("thon-home-{slug}") }
    }

    /// The names of its volumes.
    pub fn volumes(&self) -> [&str; 2] {
        [&self.workspace_volume, &self.home_volume]
    }
}

/// What a volume holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum VolumeKind {
    /// A person's work, at `/workspace`.
    Workspace,
    /// A person's settings, extensions and shell history, at `/home/vscode`.
    Home,
    /// What a group shares, at `/storage`.
    Group,
}

impl VolumeKind {
    /// What a volume of THON's holds by its name; it tells where an earlier THON wrote no label.
    pub fn from_name(name: &str) -> Self {
        if name.starts_with("thon-home-") {
            Self::Home
        } else if name.starts_with("thon-storage-") {
            Self::Group
        } else {
            Self::Workspace
        }
    }
}

/// A volume as the runtime shows it, whether anybody still needs it or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Volume {
    pub name: String,
    /// Whose it is; nobody's in particular when a group shares it.
    pub user: Option<UserId>,
    pub kind: VolumeKind,
    pub created_at: Option<DateTime<Utc>>,
    /// Whether a sandbox that is there has it mounted, running or not.
    pub in_use: bool,
}
