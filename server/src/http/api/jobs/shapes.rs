//! How jobs look from outside.

use chrono::{DateTime, Utc};
use serde::Serialize;
use thon_core::fleet::{Cancelled, ItemView, JobView};
use thon_domain::{
    id::{InstanceId, JobId, UserId},
    instance::State,
    job::{ItemOutcome, Job, JobItem, JobKind, JobTally},
};
use utoipa::ToSchema;

/// A page of jobs.
#[derive(Serialize, ToSchema)]
pub struct JobList {
    pub jobs: Vec<JobSummary>,
    /// How many there are on all pages.
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
}

/// A job without its items.
#[derive(Serialize, ToSchema)]
pub struct JobSummary {
    id: JobId,
    kind: JobKind,
    state: JobState,
    /// The name of whoever wanted it.
    asked_by: String,
    created_at: DateTime<Utc>,
    /// When it was called off.
    cancelled_at: Option<DateTime<Utc>>,
    /// When the last of its items had an outcome.
    finished_at: Option<DateTime<Utc>>,
    /// How long it has taken until now, or until it was over.
    elapsed_s: u64,
    counts: JobCounts,
}

/// How far a job is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum JobState {
    Running,
    /// Called off; what had begun still goes on.
    Cancelling,
    Done,
    Cancelled,
}

/// How many items of a job have which outcome.
#[derive(Default, Serialize, ToSchema)]
struct JobCounts {
    total: u64,
    /// Those that have no outcome yet.
    open: u64,
    done: u64,
    failed: u64,
    refused: u64,
    cancelled: u64,
    overtaken: u64,
}

impl JobCounts {
    fn new(tally: &JobTally) -> Self {
        let of = |outcome| tally.get(&outcome).copied().unwrap_or_default();
        Self {
            total: tally.values().sum(),
            open: of(None),
            done: of(Some(ItemOutcome::Done)),
            failed: of(Some(ItemOutcome::Failed)),
            refused: of(Some(ItemOutcome::Refused)),
            cancelled: of(Some(ItemOutcome::Cancelled)),
            overtaken: of(Some(ItemOutcome::Overtaken)),
        }
    }
}

impl JobSummary {
    pub fn new(job: Job, tally: &JobTally, now: DateTime<Utc>) -> Self {
        let elapsed = job.finished_at.unwrap_or(now) - job.created_at;
        Self {
            id: job.id,
            kind: job.kind,
            state: match (job.finished_at, job.cancelled_at) {
                (None, None) => JobState::Running,
                (None, Some(_)) => JobState::Cancelling,
                (Some(_), None) => JobState::Done,
                (Some(_), Some(_)) => JobState::Cancelled,
            },
            asked_by: job.asked_by.name,
            created_at: job.created_at,
            cancelled_at: job.cancelled_at,
            finished_at: job.finished_at,
            elapsed_s: u64::try_from(elapsed.num_seconds()).unwrap_or_default(),
            counts: JobCounts::new(tally),
        }
    }
}

/// A job with its items.
#[derive(Serialize, ToSchema)]
pub struct JobInfo {
    #[serde(flatten)]
    summary: JobSummary,
    /// In the order of the wish.
    items: Vec<JobItemInfo>,
}

impl JobInfo {
    pub fn new(JobView { job, items }: JobView, now: DateTime<Utc>) -> Self {
        let mut tally = JobTally::new();
        for view in &items {
            *tally.entry(view.item.outcome).or_default() += 1;
        }
        let items = items.into_iter().map(JobItemInfo::from).collect();
        Self { summary: JobSummary::new(job, &tally, now), items }
    }
}

/// One person's part of a job.
#[derive(Serialize, ToSchema)]
struct JobItemInfo {
    /// The person, as `group/user`; the id that was given where there is none.
    label: String,
    user_id: Option<UserId>,
    instance_id: Option<InstanceId>,
    state: ItemState,
    /// Of an open item: what its instance is doing.
    instance_state: Option<State>,
    /// Its place among those who wait for their start, counted from 1.
    queue_position: Option<u32>,
    /// Why it is not done, in a sentence; of an open item, why its last try failed.
    error: Option<String>,
    ended_at: Option<DateTime<Utc>>,
}

/// How far one person's part is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ItemState {
    /// It waits for its turn to start.
    Waiting,
    Working,
    Done,
    Failed,
    Refused,
    Cancelled,
    /// Something else has happened to the instance since.
    Overtaken,
}

impl From<ItemView> for JobItemInfo {
    fn from(ItemView { item, instance, place }: ItemView) -> Self {
        let JobItem { user, label, instance: instance_id, outcome, reason, ended_at, .. } = item;
        let state = match outcome {
            None if place.is_some() => ItemState::Waiting,
            None => ItemState::Working,
            Some(ItemOutcome::Done) => ItemState::Done,
            Some(ItemOutcome::Failed) => ItemState::Failed,
            Some(ItemOutcome::Refused) => ItemState::Refused,
            Some(ItemOutcome::Cancelled) => ItemState::Cancelled,
            Some(ItemOutcome::Overtaken) => ItemState::Overtaken,
        };
        Self {
            label,
            user_id: user,
            instance_id,
            state,
            instance_state: instance.as_ref().map(|instance| instance.state),
            queue_position: place,
            error: reason.or_else(|| instance?.failure.map(|failure| failure.reason)),
            ended_at,
        }
    }
}

/// The job that goes on.
#[derive(Serialize, ToSchema)]
pub struct BegunJob {
    /// None when there was nobody to ask.
    pub job: Option<JobInfo>,
    /// Of a launch: that they do not all fit, in a sentence with numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// What calling off a job did.
#[derive(Serialize, ToSchema)]
pub struct CancelledJob {
    /// How many left the queue before their turn came.
    left_queue: usize,
    /// How many had begun, and go on.
    go_on: usize,
    job: JobInfo,
}

impl CancelledJob {
    pub fn new(Cancelled { view, left_queue, go_on }: Cancelled, now: DateTime<Utc>) -> Self {
        Self { left_queue, go_on, job: JobInfo::new(view, now) }
    }
}
