//! The instance: a user's VS Code, the thing with a state and a URL.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{InstanceId, UserId},
    sharing::SharedPorts,
};

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
    /// Asked to freeze, not frozen yet.
    Pausing,
    /// Frozen: it keeps its memory, and gets no CPU.
    Paused,
    /// Asked to go on, not answering yet.
    Resuming,
    /// Asked to end, not gone yet.
    Stopping,
    /// Gone; its files are kept, unless it was ephemeral.
    Terminated,
    /// Given up after several tries, until a person asks again.
    Failed,
}

impl State {
    /// Whether THON is still working on it.
    pub const fn is_on_the_way(self) -> bool {
        matches!(self, Self::Pending | Self::Pausing | Self::Resuming | Self::Stopping)
    }

    /// Whether `self → next` is a step of the state machine (architecture §2).
    pub const fn may_become(self, next: Self) -> bool {
        use State::{Failed, Paused, Pausing, Pending, Resuming, Running, Stopping, Terminated};
        match self {
            Self::Pending => matches!(next, Running | Stopping | Failed),
            Self::Running => matches!(next, Pending | Pausing | Stopping | Failed),
            Self::Pausing => matches!(next, Pending | Paused | Resuming | Stopping | Terminated | Failed),
            Self::Paused => matches!(next, Pending | Resuming | Stopping | Terminated | Failed),
            Self::Resuming => matches!(next, Pending | Running | Pausing | Stopping | Failed),
            Self::Stopping => matches!(next, Pending | Terminated | Failed),
            Self::Terminated => matches!(next, Pending),
            Self::Failed => matches!(next, Pending | Stopping),
        }
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
    /// It shall be frozen.
    Pause,
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
    /// The port at which it is reached where sandboxes have no names, for life.
    #[serde(default)]
    pub public_port: Option<u16>,
    /// The image of the sandbox, once it has been started.
    pub image: Option<String>,
    /// How long it may run, in minutes from its first good answer; 0 means for ever.
    pub timeout_minutes: u32,
    /// When it is ended, once that is known. Time in which it is paused counts.
    pub expires_at: Option<DateTime<Utc>>,
    /// The last warning of that end that was given, in minutes before it.
    pub warned_minutes: Option<u32>,
    /// Whether its editor asks the person for a password of their own.
    #[serde(default)]
    pub secure: bool,
    /// Whether nothing outlives its sandbox: no volume is mounted, and the files go with it.
    #[serde(default)]
    pub ephemeral: bool,
    /// Whether its sandbox has an empty home, with the person's own beside it, so that a broken or full one can be mended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rescue: bool,
    /// The ports inside that others may come to.
    #[serde(default, skip_serializing_if = "SharedPorts::is_empty")]
    pub shared_ports: SharedPorts,
    pub created_at: DateTime<Utc>,
}

impl Instance {
    /// A user's first instance, asked for at `at`.
    pub const fn first(id: InstanceId, user: UserId, host_port: u16, at: DateTime<Utc>) -> Self {
        Self {
            id,
            user,
            state: State::Pending,
            state_since: at,
            intent: Intent::Run,
            generation: 1,
            attempts: 0,
            next_attempt_at: None,
            failure: None,
            host_port,
            public_port: None,
            image: None,
            timeout_minutes: 0,
            expires_at: None,
            warned_minutes: None,
            secure: false,
            ephemeral: false,
            rescue: false,
            shared_ports: SharedPorts::NONE,
            created_at: at,
        }
    }
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
        Running -> Pending | Pausing | Stopping | Failed
        Pausing -> Pending | Paused | Resuming | Stopping | Terminated | Failed
        Paused -> Pending | Resuming | Stopping | Terminated | Failed
        Resuming -> Pending | Running | Pausing | Stopping | Failed
        Stopping -> Pending | Terminated | Failed
        Terminated -> Pending
        Failed -> Pending | Stopping
        ");
    }
}
