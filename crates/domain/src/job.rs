//! Jobs: one wish about many instances, and what became of each.

mod verdict;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::verdict::verdict;
use crate::{
    id::{InstanceId, JobId, UserId},
    live::Cause,
};

/// What is done with every instance of a job.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobKind {
    Launch,
    Pause,
    Resume,
    Terminate,
    Recreate,
    Renew,
}

/// One wish about many instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub kind: JobKind,
    /// Whose wish it is.
    pub asked_by: Cause,
    pub created_at: DateTime<Utc>,
    /// When somebody called it off. What had begun by then went on.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When the last of its items had an outcome.
    pub finished_at: Option<DateTime<Utc>>,
}

/// What became of one item of a job.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ItemOutcome {
    Done,
    /// It was tried and given up.
    Failed,
    /// It was never tried: it could not be asked for.
    Refused,
    /// The job was called off before its turn came.
    Cancelled,
    /// Something else has happened to the instance since, by somebody's wish or by itself.
    Overtaken,
}

/// How many items of a job have which outcome; those without one are open.
pub type JobTally = BTreeMap<Option<ItemOutcome>, u64>;

/// One person's part of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobItem {
    pub job: JobId,
    /// Its place in the wish, counted from 0.
    pub position: u32,
    /// Whose instance it is about; nobody's when there was none of that id.
    pub user: Option<UserId>,
    /// The person as they were called, `alpha/alice`; the id where there was none.
    pub label: String,
    pub instance: Option<InstanceId>,
    /// The sandbox of the instance that it is about.
    pub generation: u32,
    /// Nothing as long as it is open: then the instance's own state says how far it is.
    pub outcome: Option<ItemOutcome>,
    /// Why it is not done, in a sentence.
    pub reason: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
}
