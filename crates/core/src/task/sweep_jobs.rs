//! Forgets jobs that are long over, so that the table stays small. What they did stays in the activity log.

use std::time::Duration;

use chrono::TimeDelta;
use thon_domain::live::Cause;
use thon_store::{Stamp, Store, jobs};

use super::{About, Beat};
use crate::{clock::Nature, error::Error};

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
pub async fn run(store: Store, nature: Nature, mut beat: Beat) {
    while beat.next().await {
        let swept = sweep(&store, &nature).await;
        match &swept {
            Ok(0) => {}
            Ok(forgotten) => tracing::debug!(forgotten, "old jobs are forgotten"),
            Err(error) => tracing::warn!(%error, "old jobs cannot be swept"),
        }
        beat.ended(&swept.map(drop));
    }
}

async fn sweep(store: &Store, nature: &Nature) -> Result<usize, Error> {
    let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
    store.write(stamp, |w| Ok(jobs::forget_before(w, w.at() - KEPT)?)).await
}
