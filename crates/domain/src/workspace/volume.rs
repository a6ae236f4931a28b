//! Volumes, as the runtime keeps and shows them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{GroupId, UserId};

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
    /// The group that shares it.
    pub group: Option<GroupId>,
    pub kind: VolumeKind,
    pub created_at: Option<DateTime<Utc>>,
    /// The size of the file system that it shares with its user's other volumes; none for one as large as the disk.
    pub limit_bytes: Option<u64>,
    /// Whether a sandbox that is there has it mounted, running or not.
    pub in_use: bool,
}

/// The volume that the sandboxes of one group share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupVolume {
    pub name: String,
    pub group: GroupId,
}

impl GroupVolume {
    /// Where sandboxes mount it.
    pub const TARGET: &str = "/storage";

    /// The volume of a group. It is named after the id, because a group may be renamed.
    pub fn of(group: GroupId) -> Self {
        Self { name: format!("thon-storage-{group}"), group }
    }
}
