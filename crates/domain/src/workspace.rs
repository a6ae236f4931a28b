//! The workspace: the files that outlive sandboxes.

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
}
