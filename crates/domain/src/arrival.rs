//! Arrivals: people who came by a join code, or whom nobody knew.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ArrivalId, EventId, GroupId, JoinCodeId};

/// Whether somebody who came is in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// Until an organizer has decided.
    Waiting,
    LetIn,
    Refused,
}

/// Somebody who came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    pub id: ArrivalId,
    pub account: AccountId,
    pub event: EventId,
    /// What they came by; `None` for who signed in elsewhere and was not known.
    pub code: Option<JoinCodeId>,
    /// How they want to be called.
    pub name: String,
    /// The group that they want, or have got.
    pub group: Option<GroupId>,
    /// The name of the team that they want to found.
    pub team: Option<String>,
    pub standing: Standing,
    pub asked_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}
