//! Measures the machine now and then, so that a launch is warned about without waiting for Docker.

use std::time::Duration;

use super::{About, Beat};
use crate::capacity::Surveyor;

/// What this task is.
pub const ABOUT: About = About {
    name: "measure_capacity",
    purpose: "Measures the machine and what sandboxes take, so that a launch that does not fit is told before.",
    period: Duration::from_mins(1),
    woken_by: None,
};

/// Measures until told to stop.
pub async fn run(surveyor: Surveyor, mut beat: Beat) {
    while beat.next().await {
        let measured = surveyor.measure().await;
        if let Err(error) = &measured {
            tracing::warn!(%error, "the machine cannot be measured");
        }
        beat.ended(&measured.map(drop));
    }
}
