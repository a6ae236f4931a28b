//! Looking into an instance's sandbox: its log and its figures.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use thon_core::{error::Error, port::runtime::MOST_LOG_LINES};
use thon_domain::{
    id::InstanceId,
    problem::{FieldError, Problem},
    sandbox::{DiskUse, LogLine, SandboxStats},
};
use utoipa::{IntoParams, ToSchema};

use super::Instances;
use crate::http::{
    extract::{Path, Query},
    identify::Signed,
    problem::Failed,
};

/// How many lines are told when nobody says.
const USUAL_LINES: u32 = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// How many of the last lines, 1 to 2000; 200 when it is not given.
    lines: Option<u32>,
}

/// The last lines that a sandbox wrote.
#[derive(Serialize, ToSchema)]
pub struct Log {
    id: InstanceId,
    /// The oldest first.
    lines: Vec<LogLine>,
}

/// Tells the last lines that an instance's sandbox wrote.
#[utoipa::path(get, path = "/api/instances/{id}/logs", tag = "instances",
    params(("id" = InstanceId, Path), LogQuery), responses((status = 200, body = Log), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
    (status = 503, body = Problem)))]
pub async fn logs(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(query): Query<LogQuery>,
) -> Result<Json<Log>, Failed> {
    let lines = query.lines.unwrap_or(USUAL_LINES);
    if !(1..=MOST_LOG_LINES).contains(&lines) {
        let message = format!("1 to {MOST_LOG_LINES} lines are told");
        let fields = vec![FieldError { field: "lines".to_owned(), message }];
        return Err(Error::Invalid { what: "so many lines cannot be told".to_owned(), fields }.into());
    }
    Ok(Json(Log { id, lines: instances.sandboxes.logs(&actor, id, lines).await? }))
}

/// Tells what an instance's sandbox takes now. Measuring takes half a second.
#[utoipa::path(get, path = "/api/instances/{id}/stats", tag = "instances", params(("id" = InstanceId, Path)),
    responses((status = 200, body = SandboxStats), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 503, body = Problem)))]
pub async fn stats(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
) -> Result<Json<SandboxStats>, Failed> {
    Ok(Json(instances.sandboxes.stats(&actor, id).await?))
}

/// Tells what takes the most room in the volumes of an instance's sandbox. Looking takes a few seconds, ten at most.
#[utoipa::path(get, path = "/api/instances/{id}/disk", tag = "instances", params(("id" = InstanceId, Path)),
    responses((status = 200, body = DiskUse), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub async fn disk(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
) -> Result<Json<DiskUse>, Failed> {
    Ok(Json(instances.sandboxes.disk_use(&actor, id).await?))
}
