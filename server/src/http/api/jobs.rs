//! `/api/jobs`: wishes about many instances, how far they are, and calling them off.

mod begin;
mod shapes;

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use thon_domain::{id::JobId, problem::Problem};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::shapes::{CancelledJob, JobInfo, JobList, JobSummary};
use super::{instances::Instances, paging::page_of};
use crate::http::{
    extract::{Path, Query},
    identify::Signed,
    problem::Failed,
};

pub fn api(instances: Arc<Instances>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, begin::begin))
        .routes(routes!(one))
        .routes(routes!(cancel))
        .with_state(instances)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// From 1.
    page: Option<u32>,
    /// 1 to 200, 50 when it is not given.
    page_size: Option<u32>,
}

/// Lists jobs, the newest first: one's own, or everybody's for organizers.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", operation_id = "list_jobs", params(ListQuery), responses(
    (status = 200, body = JobList), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(of): State<Arc<Instances>>,
    Signed(actor): Signed,
    Query(query): Query<ListQuery>,
) -> Result<Json<JobList>, Failed> {
    let page = page_of(query.page, query.page_size)?;
    let found = of.fleet.jobs(&actor, None, page).await?;
    let now = of.nature.clock.now();
    let jobs = found.jobs.into_iter().map(|(job, tally)| JobSummary::new(job, &tally, now)).collect();
    Ok(Json(JobList { jobs, total: found.total, page: page.page, page_size: page.page_size }))
}

/// Tells how far a job is, with each of its items.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs", operation_id = "get_job", params(("id" = JobId, Path)),
    responses((status = 200, body = JobInfo), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn one(
    State(of): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<JobId>,
) -> Result<Json<JobInfo>, Failed> {
    Ok(Json(JobInfo::new(of.fleet.job(&actor, id).await?, of.nature.clock.now())))
}

/// Calls a job off: who waits for their start leaves the queue, what has begun goes on.
#[utoipa::path(post, path = "/api/jobs/{id}/cancel", tag = "jobs", operation_id = "cancel_job",
    params(("id" = JobId, Path)), responses((status = 200, body = CancelledJob), (status = 401, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(
    State(of): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<JobId>,
) -> Result<Json<CancelledJob>, Failed> {
    let cancelled = of.fleet.cancel_job(&actor, id).await?;
    Ok(Json(CancelledJob::new(cancelled, of.nature.clock.now())))
}
