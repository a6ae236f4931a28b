//! Writes what the audit has gathered, and forgets what is older than it is kept.

use std::time::Duration;

use super::{About, Beat};
use crate::audit::Audit;

/// How many beats lie between two looks for what is old: about an hour.
const BEATS_PER_LOOK: u32 = 3600;

/// What this task is.
pub const ABOUT: About = About {
    name: "keep_audit",
    purpose: "Writes down what was refused, and forgets what the audit keeps no longer.",
    period: Duration::from_secs(1),
    woken_by: None,
};

/// Keeps the audit until told to stop, and writes what is left then.
pub async fn run(audit: Audit, mut beat: Beat) {
    let mut beats = 0;
    while beat.next().await {
        let mut kept = audit.write_gathered().await;
        if kept.is_ok() && beats % BEATS_PER_LOOK == 0 {
            kept = audit.forget().await.map(drop);
        }
        beats = beats.wrapping_add(1);
        if let Err(error) = &kept {
            tracing::warn!(%error, "the audit cannot be kept");
        }
        beat.ended(&kept);
    }
    if let Err(error) = audit.write_gathered().await {
        tracing::warn!(%error, "the last refusals stand in no audit");
    }
}
