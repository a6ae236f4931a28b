//! `/api/groups/events`: the hackathons themselves.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use thon_core::directory::{Directory, EventEdit, NewEvent, ScheduleEdit, Wish};
use thon_domain::{event::JoinPolicy, problem::Problem};
use utoipa::{IntoParams, ToSchema};
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
        .routes(routes!(archive))
        .routes(routes!(unarchive))
        .with_state(directory)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// Lists archived events, too.
    #[serde(default)]
    archived: bool,
}

/// Lists the events, the oldest first.
#[utoipa::path(get, path = "/api/groups/events", tag = "events", operation_id = "list_events", params(EventQuery),
    responses((status = 200, body = Vec<EventRecord>), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(directory): State<Directory>,
    _signed: Signed,
    Query(EventQuery { archived }): Query<EventQuery>,
) -> Result<Json<Vec<EventRecord>>, Failed> {
    let all = directory.events().await?.into_iter();
    Ok(Json(all.filter(|event| archived || !event.is_archived()).map(EventRecord::from).collect()))
}

/// A new event.
#[derive(Deserialize, ToSchema)]
struct CreateEvent {
    /// For example `hackathon-2026-spring`.
    event_id: String,
    title: Option<String>,
    /// A local time of its zone, for example `2026-11-27T09:00`, or one with an offset.
    starts_at: Option<String>,
    ends_at: Option<String>,
    /// The venue's, by its name in the IANA database, for example `Europe/Berlin`; UTC when none is named.
    time_zone: Option<String>,
    #[serde(default)]
    join_policy: JoinPolicy,
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
    let CreateEvent { event_id, title, starts_at, ends_at, time_zone, join_policy } = asked;
    let wish = |time: Option<String>| time.map_or(Wish::Keep, Wish::Set);
    let schedule = ScheduleEdit { starts_at: wish(starts_at), ends_at: wish(ends_at), time_zone };
    let event = directory.create_event(&actor, NewEvent { event_id, title, schedule, join_policy }).await?;
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
    /// A local time of its zone, or one with an offset. `null` takes it away.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    starts_at: Wish<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ends_at: Wish<String>,
    /// In another zone the clocks of the venue show the same times.
    time_zone: Option<String>,
    join_policy: Option<JoinPolicy>,
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
    let EditEvent { event_id: new_id, title, starts_at, ends_at, time_zone, join_policy } = asked;
    let schedule = ScheduleEdit { starts_at, ends_at, time_zone };
    let edit = EventEdit { event_id: new_id, title, schedule, join_policy };
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

/// Archives an event: nothing starts in it, nobody comes into it, and lists leave it out.
#[utoipa::path(post, path = "/api/groups/events/{event_id}/archive", tag = "events", operation_id = "archive_event",
    params(("event_id" = String, Path)), responses(
    (status = 200, body = EventRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn archive(
    State(directory): State<Directory>,
    Signed(actor): Signed,
    Path(event_id): Path<String>,
) -> Result<Json<EventRecord>, Failed> {
    Ok(Json(directory.archive_event(&actor, event_id).await?.into()))
}

/// Takes an event out of the archive.
#[utoipa::path(post, path = "/api/groups/events/{event_id}/unarchive", tag = "events",
    operation_id = "unarchive_event", params(("event_id" = String, Path)), responses(
    (status = 200, body = EventRecord), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn unarchive(
    State(directory): State<Directory>,
    Signed(actor): Signed,
    Path(event_id): Path<String>,
) -> Result<Json<EventRecord>, Failed> {
    Ok(Json(directory.unarchive_event(&actor, event_id).await?.into()))
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
