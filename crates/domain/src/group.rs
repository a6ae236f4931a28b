//! The group: people who work together in one event.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, GroupId},
    name::GroupName,
    sandbox::SandboxOverrides,
};

/// A group of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    pub id: GroupId,
    pub event: EventId,
    /// Unique in the event, compared without case.
    pub name: GroupName,
    pub title: Option<String>,
    /// What the sandboxes of its people have instead of the configured values.
    #[serde(default, skip_serializing_if = "SandboxOverrides::is_empty")]
    pub sandbox: SandboxOverrides,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
