//! A page of jobs as the pages tell it.

use thon_core::{actor::Actor, fleet::Fleet};
use thon_domain::{
    id::EventId,
    job::{Job, JobItem, JobTally},
    page::PageRequest,
};

use super::ApiError;
use crate::api::jobs::{JobCard, JobCards, TOLD};

/// One page of the jobs that the actor may see, of one event where it is named.
///
/// # Errors
/// When the database does not answer.
pub async fn job_cards(fleet: &Fleet, actor: &Actor, event: Option<EventId>, page: u32) -> Result<JobCards, ApiError> {
    let found = fleet.jobs(actor, event, PageRequest { page: page.max(1), page_size: TOLD }).await?;
    let mut open = found.open;
    let card = |(job, tally): (Job, JobTally)| {
        let items: Vec<JobItem> = open.extract_if(.., |item| item.job == job.id).collect();
        let settled = tally.into_iter().filter_map(|(outcome, count)| Some((outcome?, count))).collect();
        JobCard { job, settled, items }
    };
    Ok(JobCards { jobs: found.jobs.into_iter().map(card).collect(), total: found.total })
}
