//! Jobs: what somebody wanted of many, and what became of each.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{
    id::JobId,
    job::{ItemOutcome, Job, JobItem},
};

use super::{codec::Answer, error::ApiError};

/// How many jobs are told at a time.
pub const TOLD: u32 = 20;

/// A job as it was when it was asked for; what has happened since is told by the stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCard {
    pub job: Job,
    /// How many items have an outcome and are told no further.
    pub settled: Vec<(ItemOutcome, u64)>,
    /// The items that are told: the open ones in a list, all of them where one job is asked for.
    pub items: Vec<JobItem>,
}

/// A page of jobs, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCards {
    pub jobs: Vec<JobCard>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Tells a page of the jobs that the viewer may see, in the event that they chose.
#[server(name = ReadJobs, prefix = "/sfn", endpoint = "jobs", input = GetUrl, output = Answer)]
pub async fn jobs(page: u32) -> Result<JobCards, ApiError> {
    use super::context::Looking;
    let (fleet, Looking { actor, choice, .. }) = (super::context::fleet()?, super::context::looking(true).await?);
    super::context::job_cards(&fleet, &actor, choice.chosen, page).await
}

/// Tells one job with all its items.
#[server(name = ReadJob, prefix = "/sfn", endpoint = "job", input = GetUrl, output = Answer)]
pub async fn job(id: JobId) -> Result<JobCard, ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    let view = fleet.job(&actor, id).await?;
    let items = view.items.into_iter().map(|view| view.item).collect();
    Ok(JobCard { job: view.job, settled: Vec::new(), items })
}

/// Calls a job off: who waits for their start leaves the queue, what has begun goes on.
#[server(prefix = "/sfn", endpoint = "cancel_job", output = Answer)]
pub async fn cancel_job(id: JobId) -> Result<(), ApiError> {
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    fleet.cancel_job(&actor, id).await?;
    super::context::lead_form_back();
    Ok(())
}
