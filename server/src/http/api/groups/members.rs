//! `/api/groups/{group_id}/users`: the people of a group. A user who is not in the group of the path is not found.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use thon_core::{
    directory::{NewUser, Seat, UserEdit, Wish},
    error::Error,
};
use thon_domain::{
    id::{GroupId, UserId},
    problem::{FieldError, Problem},
    sandbox::SandboxOverrides,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    api::{
        instances::Instances,
        shapes::{DeleteQuery, Deleted, UserRecord},
    },
    extract::{Body, Path, Query},
    identify::Signed,
    problem::Failed,
};

pub(super) fn api() -> OpenApiRouter<Arc<Instances>> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(edit, put, delete)).routes(routes!(transfer))
}

/// A new user of the group.
#[derive(Deserialize, ToSchema)]
struct CreateMember {
    username: String,
    email: Option<String>,
    #[serde(default)]
    sandbox: SandboxOverrides,
}

/// Makes a user in the group.
#[utoipa::path(post, path = "/api/groups/{group_id}/users", tag = "groups", operation_id = "create_member",
    params(("group_id" = GroupId, Path)), request_body = CreateMember, responses(
    (status = 201, body = UserRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(group): Path<GroupId>,
    Body(asked): Body<CreateMember>,
) -> Result<(StatusCode, Json<UserRecord>), Failed> {
    let new = NewUser { name: asked.username, email: asked.email, sandbox: asked.sandbox };
    Ok((StatusCode::CREATED, Json(groups.directory.create_user(&actor, group, new).await?.into())))
}

/// What shall be different about a user; what is not there stays.
#[derive(Deserialize, ToSchema)]
struct EditMember {
    username: Option<String>,
    /// `null` takes it away.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Wish<String>,
    /// What it is already, or nothing: a workspace is a user's for ever.
    workspace_path: Option<String>,
    /// Nothing: what a group shares hangs on the group.
    storage_path: Option<String>,
}

impl EditMember {
    /// Refuses what cannot be changed, instead of taking it and doing nothing.
    fn checked(self, now: &UserRecord) -> Result<UserEdit, Error> {
        let fixed = [
            ("workspace_path", &self.workspace_path, &now.workspace_path),
            ("storage_path", &self.storage_path, &now.storage_path),
        ];
        let other = fixed.into_iter().filter(|(_, wanted, is)| wanted.is_some() && wanted != is);
        let message = "it cannot be changed: a workspace is a user's for ever";
        let fields: Vec<_> =
            other.map(|(field, ..)| FieldError { field: field.to_owned(), message: message.to_owned() }).collect();
        if fields.is_empty() {
            Ok(UserEdit { name: self.username, email: self.email, sandbox: Wish::Keep })
        } else {
            Err(Error::Invalid { what: "nothing was changed: see the fields".to_owned(), fields })
        }
    }
}

/// Changes a user of the group. Slug, workspace and instance stay.
#[utoipa::path(patch, path = "/api/groups/{group_id}/users/{user_id}", tag = "groups", operation_id = "edit_member",
    params(("group_id" = GroupId, Path), ("user_id" = UserId, Path)), request_body = EditMember, responses(
    (status = 200, body = UserRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path((group, user)): Path<(GroupId, UserId)>,
    Body(asked): Body<EditMember>,
) -> Result<Json<UserRecord>, Failed> {
    let edit = asked.checked(&groups.directory.person(&actor, user).await?.into())?;
    let seat = Seat { group: Some(group), user };
    Ok(Json(groups.directory.edit_user(&actor, seat, edit).await?.into()))
}

/// Changes a user of the group, as `PATCH` does.
#[utoipa::path(put, path = "/api/groups/{group_id}/users/{user_id}", tag = "groups", operation_id = "put_member",
    params(("group_id" = GroupId, Path), ("user_id" = UserId, Path)), request_body = EditMember, responses(
    (status = 200, body = UserRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn put(
    groups: State<Arc<Instances>>,
    signed: Signed,
    seat: Path<(GroupId, UserId)>,
    asked: Body<EditMember>,
) -> Result<Json<UserRecord>, Failed> {
    edit(groups, signed, seat, asked).await
}

/// Deletes a user of the group. Their sandbox ends; volumes stay unless they shall go.
#[utoipa::path(delete, path = "/api/groups/{group_id}/users/{user_id}", tag = "groups",
    operation_id = "delete_member", params(("group_id" = GroupId, Path), ("user_id" = UserId, Path), DeleteQuery),
    responses((status = 200, body = Deleted), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn delete(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path((group, user)): Path<(GroupId, UserId)>,
    Query(query): Query<DeleteQuery>,
) -> Result<Json<Deleted>, Failed> {
    let seat = Seat { group: Some(group), user };
    let removal = groups.directory.delete_user(&actor, seat, query.into()).await?;
    Ok(Json(Deleted::user(user, removal, query.into())))
}

/// Where a user shall sit.
#[derive(Deserialize, ToSchema)]
struct Transfer {
    target_group_id: GroupId,
}

/// Moves a user to another group of the event. Slug, workspace and instance go with them.
#[utoipa::path(post, path = "/api/groups/{group_id}/users/{user_id}/transfer", tag = "groups",
    operation_id = "transfer_member", params(("group_id" = GroupId, Path), ("user_id" = UserId, Path)),
    request_body = Transfer, responses(
    (status = 200, body = UserRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn transfer(
    State(groups): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path((group, user)): Path<(GroupId, UserId)>,
    Body(asked): Body<Transfer>,
) -> Result<Json<UserRecord>, Failed> {
    let seat = Seat { group: Some(group), user };
    Ok(Json(groups.directory.transfer_user(&actor, seat, asked.target_group_id).await?.into()))
}
