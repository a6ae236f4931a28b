//! Removes sessions that are over, and sign-ins that nobody came back from.

use std::time::Duration;

use thon_store::{Store, StoreError, Writer, sessions, sign_in_attempts};

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
    sweep::run((store, nature), beat, expired).await;
}

fn expired(w: &mut Writer<'_>) -> Result<usize, StoreError> {
    Ok(sessions::delete_expired(w)? + sign_in_attempts::delete_expired(w)?)
}
