//! `/api/audit`: who did what, on what, from where, and what came of it.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_core::audit::{Audit, Export};
use thon_domain::{
    audit::{AuditEntry, AuditFilter, Deed, ObjectKind, Outcome, Via},
    id::{AccountId, EventId},
    problem::Problem,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::paging::page_of;
use crate::http::{extract::Query, identify::Signed, problem::Failed};

pub fn api(audit: Arc<Audit>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export)).with_state(audit)
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FilterQuery {
    /// With this in the name of who acted, whatever its case.
    who: Option<String>,
    /// With this in the name of what was acted on, for example `alpha/alice`, whatever its case.
    object: Option<String>,
    deed: Option<Deed>,
    outcome: Option<Outcome>,
    /// Not before this time (RFC 3339).
    since: Option<DateTime<Utc>>,
    /// Before this time (RFC 3339).
    until: Option<DateTime<Utc>>,
    /// From 1.
    page: Option<u32>,
    /// From 1 to 200; 50 when nothing is said.
    page_size: Option<u32>,
}

impl FilterQuery {
    fn filter(self) -> AuditFilter {
        let Self { who, object, deed, outcome, since, until, .. } = self;
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        AuditFilter { who: said(who), object: said(object), deed, outcome, since, until }
    }
}

/// A line of the audit.
#[derive(Serialize, ToSchema)]
struct AuditLine {
    /// Rises with each.
    number: i64,
    at: DateTime<Utc>,
    /// Who acted, as they were called then; empty when nobody said who they are.
    who: String,
    account_id: Option<AccountId>,
    via: Via,
    /// Where they came from; `null` on the operator's socket and in the background.
    #[schema(value_type = Option<String>)]
    address: Option<IpAddr>,
    deed: Deed,
    /// What exactly, in a word or two.
    detail: String,
    /// What it was done to, as it was called then.
    object: Option<String>,
    object_kind: Option<ObjectKind>,
    object_id: Option<String>,
    event_id: Option<EventId>,
    outcome: Outcome,
    /// Why it was refused, or what failed.
    reason: Option<String>,
    /// How often within a second or so.
    times: u32,
    request_id: Option<String>,
}

impl From<AuditEntry> for AuditLine {
    fn from(entry: AuditEntry) -> Self {
        let (object_kind, object_id, object) =
            entry.object.map_or((None, None, None), |object| (Some(object.kind), Some(object.id), Some(object.name)));
        Self {
            number: entry.number,
            at: entry.at,
            who: entry.who,
            account_id: entry.account,
            via: entry.via,
            address: entry.address,
            deed: entry.deed,
            detail: entry.detail,
            object,
            object_kind,
            object_id,
            event_id: entry.event,
            outcome: entry.outcome,
            reason: entry.reason,
            times: entry.times,
            request_id: entry.request,
        }
    }
}

/// A page of the audit.
#[derive(Serialize, ToSchema)]
struct AuditPage {
    audit: Vec<AuditLine>,
    /// How many lines there are on all pages.
    total: u64,
    page: u32,
    page_size: u32,
}

/// Lists who did what, the newest first: an admin sees everything, an organizer their event and what they did themselves.
#[utoipa::path(get, path = "/api/audit", tag = "system", operation_id = "list_audit", params(FilterQuery), responses(
    (status = 200, body = AuditPage), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 422, body = Problem)))]
async fn list(
    State(audit): State<Arc<Audit>>,
    Signed(actor): Signed,
    Query(query): Query<FilterQuery>,
) -> Result<Json<AuditPage>, Failed> {
    let asked = page_of(query.page, query.page_size)?;
    let (entries, total) = audit.page(&actor, query.filter(), asked).await?;
    let audit = entries.into_iter().map(AuditLine::from).collect();
    Ok(Json(AuditPage { audit, total, page: asked.page, page_size: asked.page_size }))
}

/// Takes the audit out as JSON lines, one object as in the list on each, the newest first.
///
/// It is streamed: however much there is, it is never in memory at once.
#[utoipa::path(get, path = "/api/audit/export", tag = "system", operation_id = "export_audit", params(FilterQuery),
    responses((status = 200, body = AuditLine, content_type = "application/x-ndjson"), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn export(
    State(audit): State<Arc<Audit>>,
    Signed(actor): Signed,
    Query(query): Query<FilterQuery>,
) -> Result<Response, Failed> {
    let export = audit.export(&actor, query.filter()).await?;
    let lines = futures::stream::try_unfold(export, next_lines);
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\""),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

async fn next_lines(mut export: Export) -> Result<Option<(Vec<u8>, Export)>, Box<dyn std::error::Error + Send + Sync>> {
    let entries = export.next().await?;
    if entries.is_empty() {
        return Ok(None);
    }
    let mut lines = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut lines, &AuditLine::from(entry))?;
        lines.push(b'\n');
    }
    Ok(Some((lines, export)))
}
