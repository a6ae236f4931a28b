//! A visit: somebody in another person's editor.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{id::VisitId, role::Role};

/// Somebody who has another person's editor open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// How they are greeted, for example "Mia".
    pub name: String,
    /// As what they may come.
    pub role: Role,
    /// When they opened it.
    pub since: DateTime<Utc>,
}

/// One visit, from when to when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visit {
    pub id: VisitId,
    /// What the visitor was called then.
    pub name: String,
    /// As what they came.
    pub role: Role,
    pub since: DateTime<Utc>,
    /// When they left; nothing while they are there.
    pub until: Option<DateTime<Utc>>,
    /// Whether the owner of the editor asked them to leave.
    pub asked_to_leave: bool,
}

/// What somebody is told who was asked to leave an editor and comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Farewell {
    /// The visit that they were asked to end.
    pub visit: VisitId,
    /// Who asked.
    pub owner: String,
}

impl Visit {
    /// How many visits that are over are told of, beside those that go on.
    pub const LATELY: usize = 3;

    /// Puts a visit as it is now into a list that has the newest first.
    pub fn take_in(visits: &mut Vec<Self>, visit: &Self) {
        match visits.iter_mut().find(|known| known.id == visit.id) {
            Some(known) => known.clone_from(visit),
            None => visits.insert(0, visit.clone()),
        }
    }
}
