//! Roles: what a grant lets an account do in an event.

use serde::{Deserialize, Serialize};

/// What somebody may do, the most powerful first.
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
pub enum Role {
    /// Everything, secrets and system settings included.
    Admin,
    /// The event: its people and their instances.
    Organizer,
    /// May visit every editor of the event, which its person sees.
    Mentor,
    /// Sees who takes part, and comes to what is shared with judges.
    Judge,
    /// Their own instance and the list of their own group.
    Participant,
}

impl Role {
    /// Whether this role runs the event.
    pub const fn organizes(self) -> bool {
        matches!(self, Self::Admin | Self::Organizer)
    }

    /// Whether this role goes through an event without a place in it: a mentor or a judge.
    pub const fn goes_round(self) -> bool {
        matches!(self, Self::Mentor | Self::Judge)
    }
}
