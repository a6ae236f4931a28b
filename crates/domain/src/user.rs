//! The user: a place in one group of one event.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, GroupId, UserId},
    name::UserName,
    sandbox::SandboxOverrides,
    slug::Slug,
};

/// A place in a group, usually taken by one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    pub group: GroupId,
    /// Who sits here; nobody until somebody signs in or is given a link.
    pub account: Option<AccountId>,
    /// Unique in the group, compared without case.
    pub name: UserName,
    pub email: Option<String>,
    /// Given once, kept through renames and transfers, never given to anybody else.
    pub slug: Slug,
    /// What their sandbox has instead of the group's and the configured values.
    #[serde(default, skip_serializing_if = "SandboxOverrides::is_empty")]
    pub sandbox: SandboxOverrides,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
