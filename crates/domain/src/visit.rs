//! A visit: somebody in another person's editor.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::role::Role;

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
