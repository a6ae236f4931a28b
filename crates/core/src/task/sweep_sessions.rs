//! Removes sessions that are over, so that the table stays small.

use std::time::Duration;

use thon_domain::live::Cause;
use thon_store::{Stamp, Store, sessions};

use super::{About, Beat};
use crate::{clock::Nature, error::Error};

/// What this task is.
pub const ABOUT: About = About {
    name: "sweep_sessions",
    purpose: "Removes sessions that are over.",
    period: Duration::from_mins(10),
    woken_by: None,
};

/// Sweeps until told to stop.
pub async fn run(store: Store, nature: Nature, mut beat: Beat) {
    while beat.next().await {
        let swept = sweep(&store, &nature).await;
        match &swept {
            Ok(0) => {}
            Ok(removed) => tracing::debug!(removed, "sessions that were over are gone"),
            Err(error) => tracing::warn!(%error, "sessions cannot be swept"),
        }
        beat.ended(&swept.map(drop));
    }
}

async fn sweep(store: &Store, nature: &Nature) -> Result<usize, Error> {
    let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
    store.write(stamp, |w| Ok(sessions::delete_expired(w)?)).await
}
