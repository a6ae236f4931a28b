//! `/api/groups/events`: the hackathons themselves.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use thon_core::directory::{Directory, EventEdit, NewEvent, Wish};
use thon_domain::problem::Problem;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::shapes::{DeleteQuery, Deleted, EventRecord, RemovalPreview};
use crate::http::{
    extract::{Body, Path, Query},
    identify::Signed,
    problem::Failed,
};

pub fn api(directory: Directory) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, edit, put, delete))
        .routes(routes!(deletion))
        .with_state(directory)
}

/// Lists the events, the oldest first.
#[utoipa::path(get, path = "/api/groups/events", tag = "events", operation_id = "list_events", responses(
    (status = 200, body = Vec<EventRecord>), (status = 401, body = Problem)))]
async fn list(State(directory): State<Directory>, _signed: Signed) -> Result<Json<Vec<EventRecord>>, Failed> {
    Ok(Json(directory.events().await?.into_iter().map(EventRecord::from).collect()))
}

/// A new event.
#[derive(Deserialize, ToSchema)]
struct CreateEvent {
    /// For example `hackathon-2026-spring`.
    event_id: String,
    title: Option<String>,
}

/// Makes an event.
#[utoipa::path(post, path = "/api/groups/events", tag = "events", operation_id = "create_event",
    request_body = CreateEvent, responses(
    (status = 201, body = EventRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(directory): State<Directory>,
    Signed(actor): Signed,
    Body(asked): Body<CreateEvent>,
) -> Result<(StatusCode, Json<EventRecord>), Failed> {
    let CreateEvent { event_id, title } = asked;
    let event = directory.create_event(&actor, NewEvent { event_id, title }).await?;
    Ok((StatusCode::CREATED, Json(event.into())))
}

/// Tells about one event. `event_id` is what people write for it.
#[utoipa::path(get, path = "/api/groups/events/{event_id}", tag = "events", operation_id = "get_event",
    params(("event_id" = String, Path)), responses(
    (status = 200, body = EventRecord), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn one(
    State(directory): State<Directory>,
    _signed: Signed,
    Path(event_id): Path<String>,
) -> Result<Json<EventRecord>, Failed> {
    Ok(Json(directory.event(event_id).await?.into()))
}

/// What shall be different about an event; what is not there stays.
#[derive(Deserialize, ToSchema)]
struct EditEvent {
    event_id: Option<String>,
    /// `null` takes it away.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    title: Wish<String>,
}

/// Changes an event.
#[utoipa::path(patch, path = "/api/groups/events/{event_id}", tag = "events", operation_id = "edit_event",
    params(("event_id" = String, Path)), request_body = EditEvent, responses(
    (status = 200, body = EventRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(directory): State<Directory>,
    Signed(actor): Signed,
    Path(event_id): Path<String>,
    Body(asked): Body<EditEvent>,
) -> Result<Json<EventRecord>, Failed> {
    let edit = EventEdit { event_id: asked.event_id, title: asked.title };
    Ok(Json(directory.edit_event(&actor, event_id, edit).await?.into()))
}

/// Changes an event, as `PATCH` does.
#[utoipa::path(put, path = "/api/groups/events/{event_id}", tag = "events", operation_id = "put_event",
    params(("event_id" = String, Path)), request_body = EditEvent, responses(
    (status = 200, body = EventRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn put(
    directory: State<Directory>,
    signed: Signed,
    event_id: Path<String>,
    asked: Body<EditEvent>,
) -> Result<Json<EventRecord>, Failed> {
    edit(directory, signed, event_id, asked).await
}

/// Tells what deleting an event would take with it.
#[utoipa::path(get, path = "/api/groups/events/{event_id}/deletion", tag = "events",
    operation_id = "preview_event_deletion", params(("event_id" = String, Path)), responses(
    (status = 200, body = RemovalPreview), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn deletion(
    State(directory): State<Directory>,
    Signed(actor): Signed,
    Path(event_id): Path<String>,
) -> Result<Json<RemovalPreview>, Failed> {
    Ok(Json(directory.removal_of_event(&actor, event_id).await?.into()))
}

/// Deletes an event with its groups and everybody in them. Volumes stay unless they shall go.
#[utoipa::path(delete, path = "/api/groups/events/{event_id}", tag = "events", operation_id = "delete_event",
    params(("event_id" = String, Path), DeleteQuery), responses(
    (status = 200, body = Deleted), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn delete(
    State(directory): State<Directory>,
    Signed(actor): Signed,
    Path(event_id): Path<String>,
    Query(query): Query<DeleteQuery>,
) -> Result<Json<Deleted>, Failed> {
    let removal = directory.delete_event(&actor, event_id.clone(), query.into()).await?;
    Ok(Json(Deleted::new(&event_id, removal, query.into())))
}
