//! The table of workspaces.

use diesel::prelude::*;
use thon_domain::{
    id::UserId,
    workspace::{Storage, Workspace},
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::workspaces,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces)]
pub(crate) struct Row {
    id: String,
    user_id: String,
    workspace_volume: String,
    home_volume: String,
    storage: String,
    bind_path: Option<String>,
}

impl From<&Workspace> for Row {
    fn from(workspace: &Workspace) -> Self {
        Self {
            id: workspace.id.to_string(),
            user_id: workspace.user.to_string(),
            workspace_volume: workspace.workspace_volume.clone(),
            home_volume: workspace.home_volume.clone(),
            storage: word(&workspace.storage).to_owned(),
            bind_path: match &workspace.storage {
                Storage::Bind { path } => Some(path.clone()),
                Storage::Volumes | Storage::Ephemeral => None,
            },
        }
    }
}

impl TryFrom<Row> for Workspace {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "workspaces.id")?,
            user: parsed(&row.user_id, "workspaces.user_id")?,
            workspace_volume: row.workspace_volume,
            home_volume: row.home_volume,
            storage: storage(&row.storage, row.bind_path)?,
        })
    }
}

fn word(storage: &Storage) -> &'static str {
    match storage {
        Storage::Volumes => "volumes",
        Storage::Bind { .. } => "bind",
        Storage::Ephemeral => "ephemeral",
    }
}

fn storage(word: &str, bind_path: Option<String>) -> Result<Storage, StoreError> {
    match (word, bind_path) {
        ("volumes", None) => Ok(Storage::Volumes),
        ("bind", Some(path)) => Ok(Storage::Bind { path }),
        ("ephemeral", None) => Ok(Storage::Ephemeral),
        (other, _) => Err(StoreError::corrupt("workspaces.storage", &other)),
    }
}

/// Adds a workspace.
///
/// # Errors
/// When the user has one already, or a volume belongs to another.
pub fn insert(w: &mut Writer<'_>, workspace: &Workspace) -> Result<(), StoreError> {
    let created_at = stored(w.at());
    diesel::insert_into(workspaces::table)
        .values((Row::from(workspace), workspaces::created_at.eq(created_at)))
        .execute(&mut **w)?;
    Ok(())
}

/// The workspace of a user, if they ever started.
///
/// # Errors
/// When it cannot be read.
pub fn of_user(c: &mut Connection, user: UserId) -> Result<Option<Workspace>, StoreError> {
    let query = workspaces::table.filter(workspaces::user_id.eq(user.to_string()));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// All workspaces, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<Workspace>, StoreError> {
    convert::all(workspaces::table.order(workspaces::id).select(Row::as_select()).load(c)?)
}

/// The workspaces of these users, of those who ever started.
///
/// # Errors
/// When one cannot be read.
pub fn of_users(c: &mut Connection, users: &[UserId]) -> Result<Vec<Workspace>, StoreError> {
    let ids: Vec<_> = users.iter().map(UserId::to_string).collect();
    convert::all(workspaces::table.filter(workspaces::user_id.eq_any(ids)).select(Row::as_select()).load(c)?)
}
