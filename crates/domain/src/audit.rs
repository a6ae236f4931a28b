//! The audit: who did what, on what, from where, and what came of it.

mod deed;
mod told;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::{
    deed::Deed,
    told::{About, Told, told},
};
use crate::id::{AccountId, EventId};

/// What came of an act.
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
pub enum Outcome {
    Done,
    /// It may not be, or not so: nothing was changed.
    Refused,
    /// It could not be: something of ours, or behind us, does not work.
    Failed,
}

impl Outcome {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        <Self as strum::IntoEnumIterator>::iter()
    }
}

/// By which way somebody acted.
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
pub enum Via {
    /// In a browser.
    Page,
    /// By REST.
    Api,
    /// On the operator's socket.
    CommandLine,
    /// From within a sandbox, by what THON has there.
    Editor,
    /// THON itself, for what somebody wanted before.
    Background,
}

/// What kind of thing was acted on.
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
pub enum ObjectKind {
    Event,
    Group,
    /// Somebody's place, with their instance.
    User,
    Account,
    Arrival,
    JoinCode,
    Token,
    Job,
    Volume,
    Leftover,
    Setting,
    Proxy,
    Certificate,
}

/// What was acted on, as it was called then: it may be gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    pub kind: ObjectKind,
    /// Its id, or its name where it has none.
    pub id: String,
    /// For example `alpha/alice`.
    pub name: String,
}

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Rises with each.
    pub number: i64,
    pub at: DateTime<Utc>,
    /// Nobody's where nobody said who they are, and for the operator.
    pub account: Option<AccountId>,
    /// The name at that time, with that of the token.
    pub who: String,
    pub via: Via,
    /// Where they came from, as the edge knows it; none on the operator's socket and in the background.
    pub address: Option<IpAddr>,
    pub deed: Deed,
    /// What exactly, in a word or two.
    pub detail: String,
    pub object: Option<Object>,
    /// The event that it belongs to.
    pub event: Option<EventId>,
    pub outcome: Outcome,
    /// Why it was refused, or what failed.
    pub reason: Option<String>,
    /// How often, within a second or so: the same refusal again is no line of its own.
    pub times: u32,
    /// The id of the request, as the log has it.
    pub request: Option<String>,
}

/// Which lines of the audit are asked for; all when nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// With this in the name of who acted, whatever its case.
    pub who: Option<String>,
    /// With this in the name of what was acted on, whatever its case.
    pub object: Option<String>,
    pub deed: Option<Deed>,
    pub outcome: Option<Outcome>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}
