//! The instance: a user's VS Code, the thing with a state and a URL.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{InstanceId, UserId};

/// Where an instance is on its way.
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
pub enum State {
    /// Asked for, not there yet.
    Pending,
    /// Its editor answered through the edge.
    Running,
    /// Asked to end, not gone yet.
    Stopping,
    /// Gone; its files are kept.
    Terminated,
    /// Given up after several tries, until a person asks again.
    Failed,
}

impl State {
    /// Whether THON is still working on it.
    pub const fn is_on_the_way(self) -> bool {
        matches!(self, Self::Pending | Self::Stopping)
    }

    /// Whether `self → next` is a step of the state machine (architecture §2).
    pub const fn may_become(self, next: Self) -> bool {
        use State::{Failed, Pending, Running, Stopping, Terminated};
        matches!(
            (self, next),
            (Pending, Running | Stopping | Failed)
                | (Running, Pending | Stopping | Failed)
                | (Stopping, Terminated | Pending | Failed)
                | (Terminated, Pending)
                | (Failed, Pending | Stopping)
        )
    }
}

/// What people want of an instance.
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
pub enum Intent {
    /// There shall be a sandbox, the one of the instance's `generation`.
    Run,
    /// There shall be none.
    Terminate,
}

/// Why an instance is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// A word for programs and search, for example `image-missing`.
    pub code: String,
    /// What happened and what to do, in a sentence or two.
    pub reason: String,
}

/// A user's VS Code. One per user, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Instance {
    pub id: InstanceId,
    pub user: UserId,
    pub state: State,
    /// Since when it has been in this state.
    pub state_since: DateTime<Utc>,
    pub intent: Intent,
    /// Which sandbox of this instance it is, counted from 1. Kept while there shall be none, so that the next one counts on.
    pub generation: u32,
    /// How many tries of the current intent have failed.
    pub attempts: u32,
    /// When the next try is due, after a failed one.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last try failed; kept until one succeeds.
    pub failure: Option<Failure>,
    /// The sandbox's port on 127.0.0.1, THON's for the life of the instance.
    pub host_port: u16,
    /// The image of the sandbox, once it has been started.
    pub image: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_transition_is_written_down() {
        let table: Vec<String> = State::iter()
            .map(|from| {
                let next: Vec<_> = State::iter().filter(|to| from.may_become(*to)).map(|to| to.to_string()).collect();
                format!("{from} -> {}", next.join(" | "))
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        Pending -> Running | Stopping | Failed
        Running -> Pending | Stopping | Failed
        Stopping -> Pending | Terminated | Failed
        Terminated -> Pending
        Failed -> Pending | Stopping
        ");
    }
}
