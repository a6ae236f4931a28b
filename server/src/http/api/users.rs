//! `/api/users`: the people, with what they run.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use thon_core::{
    directory::{NewUser, PeopleWanted, UserEdit, Wish},
    error::Error,
};
use thon_domain::{
    id::{GroupId, UserId},
    instance,
    problem::Problem,
    sandbox::SandboxOverrides,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    instances::{Instances, Wait},
    paging::page_or_all,
    shapes::{DeleteQuery, Deleted, RemovalPreview, UserResponse},
};
use crate::http::{
    extract::{Body, Path, Query},
    identify::Signed,
    problem::Failed,
};

pub fn api(people: Arc<Instances>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, edit, put, delete))
        .routes(routes!(deletion))
        .routes(routes!(launch))
        .routes(routes!(stop))
        .with_state(people)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only users of this group; of all events that are not archived when none is named.
    group_id: Option<GroupId>,
    /// Only users with this in their name, their e-mail address or their group's name, whatever its case.
    search: Option<String>,
    /// From 1. All users at once when neither this nor `page_size` is given.
    page: Option<u32>,
    /// 1 to 200, 50 when it is not given.
    page_size: Option<u32>,
}

/// Users by group and name.
#[derive(Serialize, ToSchema)]
struct UserList {
    users: Vec<UserResponse>,
    /// How many there are on all pages.
    total: u64,
}

/// Lists the users that the caller may see.
#[utoipa::path(get, path = "/api/users", tag = "users", operation_id = "list_users", params(ListQuery), responses(
    (status = 200, body = UserList), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Query(query): Query<ListQuery>,
) -> Result<Json<UserList>, Failed> {
    let page = page_or_all(query.page, query.page_size)?;
    let wanted = PeopleWanted { group: query.group_id, search: query.search, page };
    let found = people.directory.people(&actor, wanted).await?;
    Ok(Json(UserList { users: found.people.into_iter().map(UserResponse::from).collect(), total: found.total }))
}

/// A new user.
#[derive(Deserialize, ToSchema)]
struct CreateUser {
    username: String,
    group_id: GroupId,
    email: Option<String>,
    #[serde(default)]
    sandbox: SandboxOverrides,
}

/// Makes a user.
#[utoipa::path(post, path = "/api/users", tag = "users", operation_id = "create_user", request_body = CreateUser,
    responses((status = 201, body = UserResponse), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Body(asked): Body<CreateUser>,
) -> Result<(StatusCode, Json<UserResponse>), Failed> {
    let new = NewUser { name: asked.username, email: asked.email, sandbox: asked.sandbox };
    let person = people.directory.create_user(&actor, asked.group_id, new).await?;
    Ok((StatusCode::CREATED, Json(person.into())))
}

/// Tells about one user.
#[utoipa::path(get, path = "/api/users/{id}", tag = "users", operation_id = "get_user", params(("id" = UserId, Path)),
    responses((status = 200, body = UserResponse), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn one(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<UserId>,
) -> Result<Json<UserResponse>, Failed> {
    Ok(Json(people.directory.person(&actor, id).await?.into()))
}

/// What shall be different about a user; what is not there stays.
#[derive(Default, Deserialize, ToSchema)]
struct EditUser {
    username: Option<String>,
    /// `null` takes it away.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Wish<String>,
    /// What their sandbox shall have of its own, as a whole; `null` for nothing. Image and runtime are an admin's.
    #[serde(default)]
    #[schema(value_type = Option<SandboxOverrides>)]
    sandbox: Wish<SandboxOverrides>,
}

/// Changes a user. Slug, workspace and instance stay.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "users", operation_id = "edit_user",
    params(("id" = UserId, Path)), request_body = EditUser, responses(
    (status = 200, body = UserResponse), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<UserId>,
    Body(asked): Body<EditUser>,
) -> Result<Json<UserResponse>, Failed> {
    let edit = UserEdit { name: asked.username, email: asked.email, sandbox: asked.sandbox };
    Ok(Json(people.directory.edit_user(&actor, id.into(), edit).await?.into()))
}

/// Changes a user, as `PATCH` does.
#[utoipa::path(put, path = "/api/users/{id}", tag = "users", operation_id = "put_user",
    params(("id" = UserId, Path)), request_body = EditUser, responses(
    (status = 200, body = UserResponse), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn put(
    people: State<Arc<Instances>>,
    signed: Signed,
    id: Path<UserId>,
    asked: Body<EditUser>,
) -> Result<Json<UserResponse>, Failed> {
    edit(people, signed, id, asked).await
}

/// Tells what deleting a user would take with them.
#[utoipa::path(get, path = "/api/users/{id}/deletion", tag = "users", operation_id = "preview_user_deletion",
    params(("id" = UserId, Path)), responses(
    (status = 200, body = RemovalPreview), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn deletion(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<UserId>,
) -> Result<Json<RemovalPreview>, Failed> {
    Ok(Json(people.directory.removal_of_user(&actor, id.into()).await?.into()))
}

/// Deletes a user. Their sandbox ends; volumes stay unless they shall go.
#[utoipa::path(delete, path = "/api/users/{id}", tag = "users", operation_id = "delete_user",
    params(("id" = UserId, Path), DeleteQuery), responses(
    (status = 200, body = Deleted), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn delete(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<UserId>,
    Query(query): Query<DeleteQuery>,
) -> Result<Json<Deleted>, Failed> {
    let removal = people.directory.delete_user(&actor, id.into(), query.into()).await?;
    Ok(Json(Deleted::user(id, removal, query.into())))
}

/// Starts a user's instance. The answer tells what is so: `Pending`, or what became of it while waiting.
#[utoipa::path(post, path = "/api/users/{id}/launch", tag = "users", operation_id = "launch_user",
    params(("id" = UserId, Path), Wait), responses(
    (status = 200, body = UserResponse), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn launch(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<UserId>,
    Query(wait): Query<Wait>,
) -> Result<Json<UserResponse>, Failed> {
    let instance = people.fleet.launch(&actor, id).await?;
    people.fleet.arrived(&actor, instance.id, Duration::from_secs(wait.wait)).await?;
    Ok(Json(people.directory.person(&actor, id).await?.into()))
}

/// What became of a request to stop.
#[derive(Serialize, ToSchema)]
struct Stopping {
    /// `terminating`, or `stopped` when it is gone already.
    status: &'static str,
    user_id: UserId,
}

/// Ends a user's instance. Its files stay. Asking again is fine.
#[utoipa::path(post, path = "/api/users/{id}/stop", tag = "users", operation_id = "stop_user",
    params(("id" = UserId, Path), Wait), responses(
    (status = 200, body = Stopping), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn stop(
    State(people): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<UserId>,
    Query(wait): Query<Wait>,
) -> Result<Json<Stopping>, Failed> {
    let (instance, _) = people.directory.person(&actor, id).await?.instance.ok_or_else(no_instance)?;
    people.fleet.terminate(&actor, instance).await?;
    let now = people.fleet.arrived(&actor, instance, Duration::from_secs(wait.wait)).await?;
    let gone = now.instance.state == instance::State::Terminated;
    Ok(Json(Stopping { status: if gone { "stopped" } else { "terminating" }, user_id: id }))
}

fn no_instance() -> Error {
    Error::not_found("instance of this user")
}
