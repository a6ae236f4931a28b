//! Removes sessions that are over, so that the table stays small.

use std::time::Duration;

use thon_domain::live::Cause;
use thon_store::{Stamp, Store, StoreError, sessions};
use tokio_util::sync::CancellationToken;

use super::Beat;
use crate::clock::Nature;

const PERIOD: Duration = Duration::from_mins(10);

/// Sweeps until told to stop.
pub async fn run(store: Store, nature: Nature, stop: CancellationToken) {
    let mut beat = Beat::every(PERIOD, stop);
    while beat.next().await {
        let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
        match store.write::<_, StoreError>(stamp, sessions::delete_expired).await {
            Ok(0) => {}
            Ok(removed) => tracing::debug!(removed, "sessions that were over are gone"),
            Err(error) => tracing::warn!(%error, "sessions cannot be swept"),
        }
    }
}
