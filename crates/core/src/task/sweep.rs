//! What all sweeps do: take out of a table what is over, so that it stays small.

use thon_domain::live::Cause;
use thon_store::{Stamp, Store, StoreError, Writer};

use super::Beat;
use crate::{clock::Nature, error::Error};

/// Sweeps with `forget`, which tells how many rows went, until told to stop.
pub(super) async fn run<F>((store, nature): (Store, Nature), mut beat: Beat, forget: F)
where
    F: Fn(&mut Writer<'_>) -> Result<usize, StoreError> + Copy + Send + 'static,
{
    while beat.next().await {
        let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
        let swept: Result<usize, Error> = store.write(stamp, move |w| Ok(forget(w)?)).await;
        let task = beat.about().name;
        match &swept {
            Ok(0) => {}
            Ok(removed) => tracing::debug!(task, removed, "what was over is gone"),
            Err(error) => tracing::warn!(task, %error, "what is over cannot be swept"),
        }
        beat.ended(&swept.map(drop));
    }
}
