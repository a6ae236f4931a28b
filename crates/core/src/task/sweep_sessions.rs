//! Removes sessions that are over.

use std::time::Duration;

use thon_store::{Store, sessions};

use super::{About, Beat, sweep};
use crate::clock::Nature;

/// What this task is.
pub const ABOUT: About = About {
    name: "sweep_sessions",
    purpose: "Removes sessions that are over.",
    period: Duration::from_mins(10),
    woken_by: None,
};

/// Sweeps until told to stop.
pub async fn run(store: Store, nature: Nature, beat: Beat) {
    sweep::run((store, nature), beat, sessions::delete_expired).await;
}
