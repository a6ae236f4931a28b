//! Forgets jobs that are long over. What they did stays in the activity log.

use std::time::Duration;

use chrono::TimeDelta;
use thon_store::{Store, jobs};

use super::{About, Beat, sweep};
use crate::clock::Nature;

/// How long a job is told of.
const KEPT: TimeDelta = TimeDelta::days(30);

/// What this task is.
pub const ABOUT: About = About {
    name: "sweep_jobs",
    purpose: "Forgets jobs of more than 30 days ago.",
    period: Duration::from_hours(1),
    woken_by: None,
};

/// Sweeps until told to stop.
pub async fn run(store: Store, nature: Nature, beat: Beat) {
    sweep::run((store, nature), beat, |w| jobs::forget_before(w, w.at() - KEPT)).await;
}
