//! Leftovers: what stands in the runtime and belongs to nothing any more.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What kind of thing is left over.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::Display, strum::EnumString,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum LeftoverKind {
    Container,
    Network,
    /// A file system that was never made to the end. It holds nothing.
    Disk,
    /// Somebody's files: never removed unless a person asks for it.
    Volume,
    /// A whole file system that no volume is in any more: somebody's files, too.
    Files,
}

impl LeftoverKind {
    /// Whether it holds somebody's files, so that it stays unless a person asks.
    pub const fn holds_files(self) -> bool {
        matches!(self, Self::Volume | Self::Files)
    }
}

/// Something that is left over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Leftover {
    pub kind: LeftoverKind,
    pub name: String,
    /// Why it belongs to nothing, in a few words.
    pub why: String,
    /// Whose it is or was, where that is known.
    pub owner: Option<String>,
    /// What a volume or a disk takes, where it can be measured.
    pub size_bytes: Option<u64>,
    pub created_at: Option<DateTime<Utc>>,
}
