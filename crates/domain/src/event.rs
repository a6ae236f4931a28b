//! The event: the hackathon itself.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use crate::id::EventId;

/// A hackathon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    pub id: EventId,
    /// The id that people write in files, for example `hackathon-2026-spring`.
    pub event_id: String,
    pub title: Option<String>,
    #[serde(default)]
    pub schedule: Schedule,
    #[serde(default)]
    pub join_policy: JoinPolicy,
    /// Since when it is over: nothing starts in it, nobody comes into it, and lists leave it out.
    #[serde(default)]
    pub archived_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Event {
    /// An event that nobody has said anything of but its id.
    pub fn new(id: EventId, event_id: String, at: DateTime<Utc>) -> Self {
        Self {
            id,
            event_id,
            title: None,
            schedule: Schedule::default(),
            join_policy: JoinPolicy::default(),
            archived_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.event_id)
    }

    pub const fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }
}

/// How many groups and people are in an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSize {
    pub groups: usize,
    pub people: usize,
}

/// When an event takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// As the clocks there show it, with the offset that they have then.
    pub starts_at: Option<DateTime<FixedOffset>>,
    pub ends_at: Option<DateTime<FixedOffset>>,
    /// The venue's zone by its name in the IANA database, for example `Europe/Berlin`.
    pub time_zone: String,
}

impl Default for Schedule {
    /// Nobody has said when, and no zone but UTC.
    fn default() -> Self {
        Self { starts_at: None, ends_at: None, time_zone: "UTC".to_owned() }
    }
}

/// How people come into an event by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JoinPolicy {
    /// By a code, as the code says.
    #[default]
    Codes,
    /// By a code, and an organizer lets each of them in.
    Approval,
    /// Not at all: organizers enter everybody.
    Closed,
}
