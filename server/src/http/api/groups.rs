//! `/api/groups`: the groups and the people in them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use thon_core::{
    directory::{GroupEdit, GroupsWanted, NewGroup, Wish, groups_file::GroupsFile},
    error::Error,
};
use thon_domain::{id::GroupId, problem::Problem, sandbox::SandboxOverrides};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    instances::Instances,
    paging::page_or_all,
    shapes::{DeleteQuery, Deleted, GroupInfo, Imported, RemovalPreview},
    written::{Question, Written},
};
use crate::http::{
    extract::{Body, Path, Query, Text},
    identify::Signed,
    problem::Failed,
};

mod members;
mod sandboxes;

/// How many groups there are on all pages: the list itself is what the earlier THON answered.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

pub fn api(groups: Arc<Instances>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(import))
        .routes(routes!(export))
        .routes(routes!(one, edit, put, delete))
        .routes(routes!(deletion))
        .merge(members::api())
        .merge(sandboxes::api())
        .with_state(groups)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only groups of the event that people call by this id, archived or not; of all that are not archived when none is named.
    event_id: Option<String>,
    /// Only groups with this in their name, or in the name or address of somebody in them, whatever its case.
    search: Option<String>,
    /// From 1. All groups at once when neither this nor `page_size` is given.
    page: Option<u32>,
    /// 1 to 200, 50 when it is not given.
    page_size: Option<u32>,
}

/// Lists the groups that the caller may see, by name. `X-Total-Count` tells how many there are on all pages.
#[utoipa::path(get, path = "/api/groups", tag = "groups", operation_id = "list_groups", params(ListQuery), responses(
    (status = 200, body = Vec<GroupInfo>), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem)))]
async fn list(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    RawQuery(asked): RawQuery,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failed> {
    let page = page_or_all(query.page, query.page_size)?;
    let found = async {
        let wanted = GroupsWanted { event_id: query.event_id, search: query.search, page };
        let found = groups.directory.groups(&actor, wanted).await?;
        let shown: Vec<GroupInfo> = found.groups.into_iter().map(GroupInfo::from).collect();
        Written::new(&shown, found.total)
    };
    let question = Question { list: "groups", query: asked, sight: actor.sight() };
    let list = groups.lists.answer(question, found).await?;
    Ok(([(TOTAL, list.total.to_string())], list).into_response())
}

/// A new group.
#[derive(Deserialize, ToSchema)]
struct CreateGroup {
    name: String,
    /// The id that people write for its event; the oldest that is not archived when none is named.
    event_id: Option<String>,
    title: Option<String>,
    #[serde(default)]
    sandbox: SandboxOverrides,
}

/// Makes a group.
#[utoipa::path(post, path = "/api/groups", tag = "groups", operation_id = "create_group", request_body = CreateGroup,
    responses((status = 201, body = GroupInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Body(asked): Body<CreateGroup>,
) -> Result<(StatusCode, Json<GroupInfo>), Failed> {
    let CreateGroup { name, event_id, title, sandbox } = asked;
    let group = groups.directory.create_group(&actor, NewGroup { event_id, name, title, sandbox }).await?;
    Ok((StatusCode::CREATED, Json(group.into())))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Only tells what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// Makes everything as a groups file says, all of it or nothing. What it does not name is left alone.
///
/// The file is YAML or JSON, or a table (CSV) whose first line names the columns `group`, `username` and perhaps `email`.
#[utoipa::path(post, path = "/api/groups/import", tag = "groups", operation_id = "import_groups", params(ImportQuery),
    request_body(content = String, content_type = "application/yaml"), responses(
    (status = 200, body = Imported), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn import(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Query(ImportQuery { dry_run }): Query<ImportQuery>,
    Text(text): Text,
) -> Result<Json<Imported>, Failed> {
    let file = GroupsFile::parse(&text).map_err(Error::from)?;
    let diff = if dry_run {
        groups.directory.import_preview(&actor, file).await?
    } else {
        groups.directory.import(&actor, file).await?
    };
    Ok(Json(Imported::new(diff, dry_run)))
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Yaml,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `json` when nothing is said.
    #[serde(default)]
    format: Format,
    /// The id that people write for the event; needed when there are several.
    event_id: Option<String>,
}

/// The groups of an event as the groups file that would make them, e-mail addresses and all.
#[utoipa::path(get, path = "/api/groups/export", tag = "groups", operation_id = "export_groups", params(ExportQuery),
    responses((status = 200, body = Object), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn export(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Failed> {
    let file = groups.directory.export(&actor, query.event_id).await?;
    Ok(match query.format {
        Format::Json => Json(&file).into_response(),
        Format::Yaml => ([(header::CONTENT_TYPE, "application/yaml")], file.to_yaml()?).into_response(),
    })
}

/// Tells about one group.
#[utoipa::path(get, path = "/api/groups/{group_id}", tag = "groups", operation_id = "get_group",
    params(("group_id" = GroupId, Path)), responses(
    (status = 200, body = GroupInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn one(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<GroupId>,
) -> Result<Json<GroupInfo>, Failed> {
    Ok(Json(groups.directory.group(&actor, id).await?.into()))
}

/// What shall be different about a group; what is not there stays.
#[derive(Deserialize, ToSchema)]
struct EditGroup {
    name: Option<String>,
    /// `null` takes it away.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    title: Wish<String>,
    /// What its sandboxes shall have of their own, as a whole; `null` for nothing. Image and runtime are an admin's.
    #[serde(default)]
    #[schema(value_type = Option<SandboxOverrides>)]
    sandbox: Wish<SandboxOverrides>,
}

/// Changes a group. The addresses, workspaces and instances of its people stay.
#[utoipa::path(patch, path = "/api/groups/{group_id}", tag = "groups", operation_id = "edit_group",
    params(("group_id" = GroupId, Path)), request_body = EditGroup, responses(
    (status = 200, body = GroupInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<GroupId>,
    Body(asked): Body<EditGroup>,
) -> Result<Json<GroupInfo>, Failed> {
    let edit = GroupEdit { name: asked.name, title: asked.title, sandbox: asked.sandbox };
    Ok(Json(groups.directory.edit_group(&actor, id, edit).await?.into()))
}

/// Changes a group, as `PATCH` does.
#[utoipa::path(put, path = "/api/groups/{group_id}", tag = "groups", operation_id = "put_group",
    params(("group_id" = GroupId, Path)), request_body = EditGroup, responses(
    (status = 200, body = GroupInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn put(
    groups: State<Arc<Instances>>,
    signed: Signed,
    id: Path<GroupId>,
    asked: Body<EditGroup>,
) -> Result<Json<GroupInfo>, Failed> {
    edit(groups, signed, id, asked).await
}

/// Tells what deleting a group would take with it.
#[utoipa::path(get, path = "/api/groups/{group_id}/deletion", tag = "groups", operation_id = "preview_group_deletion",
    params(("group_id" = GroupId, Path)), responses(
    (status = 200, body = RemovalPreview), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn deletion(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<GroupId>,
) -> Result<Json<RemovalPreview>, Failed> {
    Ok(Json(groups.directory.removal_of_group(&actor, id).await?.into()))
}

/// Deletes a group with everybody in it. Their sandboxes end; volumes stay unless they shall go.
#[utoipa::path(delete, path = "/api/groups/{group_id}", tag = "groups", operation_id = "delete_group",
    params(("group_id" = GroupId, Path), DeleteQuery), responses(
    (status = 200, body = Deleted), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn delete(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<GroupId>,
    Query(query): Query<DeleteQuery>,
) -> Result<Json<Deleted>, Failed> {
    let removal = groups.directory.delete_group(&actor, id, query.into()).await?;
    Ok(Json(Deleted::new(&id, removal, query.into())))
}
