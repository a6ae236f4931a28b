//! The wish that a volume shall go.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::UserId;

/// Somebody's wish that a volume shall go together with the user that it belonged to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeRemoval {
    pub volume: String,
    /// Whose it was; the volume is labelled with this id.
    pub user: UserId,
    pub asked_at: DateTime<Utc>,
    /// The name of whoever asked, at that time.
    pub asked_by: String,
}
