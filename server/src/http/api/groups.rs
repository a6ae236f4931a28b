//! `/api/groups`: the groups and the people in them.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use thon_core::{
    directory::{Directory, GroupWithUsers, ImportReport, groups_file::GroupsFile},
    error::Error,
};
use thon_domain::{
    id::{EventId, GroupId},
    name::GroupName,
    problem::{FieldError, Problem},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::shapes::UserRecord;
use crate::http::{extract::Text, identify::Signed, problem::Failed};

pub fn api(directory: Directory) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(import)).with_state(directory)
}

/// A group with its users.
#[derive(Serialize, ToSchema)]
struct GroupInfo {
    id: GroupId,
    name: GroupName,
    event_id: EventId,
    title: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    users: Vec<UserRecord>,
}

impl From<GroupWithUsers> for GroupInfo {
    fn from(GroupWithUsers { group, users }: GroupWithUsers) -> Self {
        Self {
            id: group.id,
            name: group.name,
            event_id: group.event,
            title: group.title,
            created_at: group.created_at,
            updated_at: group.updated_at,
            users: users.into_iter().map(UserRecord::from).collect(),
        }
    }
}

/// Lists the groups that the caller may see.
#[utoipa::path(get, path = "/api/groups", tag = "groups", responses(
    (status = 200, body = Vec<GroupInfo>), (status = 401, body = Problem)))]
async fn list(State(directory): State<Directory>, Signed(actor): Signed) -> Result<Json<Vec<GroupInfo>>, Failed> {
    let groups = directory.groups(&actor).await?;
    Ok(Json(groups.into_iter().map(GroupInfo::from).collect()))
}

/// What an import did.
#[derive(Serialize, ToSchema)]
struct Imported {
    groups_created: usize,
    users_created: usize,
    /// Groups and users whose title or e-mail is new.
    changed: usize,
    /// Groups and users that were there already, just so.
    unchanged: usize,
}

impl From<ImportReport> for Imported {
    fn from(report: ImportReport) -> Self {
        let ImportReport { groups_created, users_created, changed, unchanged } = report;
        Self { groups_created, users_created, changed, unchanged }
    }
}

/// Adds the groups and users of a groups file (YAML or JSON) that are not there yet. All of it or nothing.
#[utoipa::path(post, path = "/api/groups/import", tag = "groups",
    request_body(content = String, content_type = "application/yaml"), responses(
    (status = 200, body = Imported), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 422, body = Problem)))]
async fn import(
    State(directory): State<Directory>,
    Signed(actor): Signed,
    Text(text): Text,
) -> Result<Json<Imported>, Failed> {
    let file = GroupsFile::parse(&text).map_err(refusal)?;
    Ok(Json(directory.import(&actor, file).await?.into()))
}

fn refusal(error: thon_core::directory::groups_file::GroupsFileError) -> Error {
    let fields = error.mistakes.into_iter().map(|mistake| FieldError {
        message: format!("line {}, column {}: {}", mistake.at.line, mistake.at.column, mistake.message),
        field: mistake.path,
    });
    Error::Invalid { what: "the groups file has mistakes; nothing was changed".to_owned(), fields: fields.collect() }
}
