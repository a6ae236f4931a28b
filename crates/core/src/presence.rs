//! Who used their editor last, kept so that after a restart of the machine those who are at work come first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use thon_domain::{id::UserId, live::Cause};
use thon_store::{Stamp, Store, StoreError, presence, users};
use tokio_util::sync::CancellationToken;

use crate::{clock::Nature, task::Beat};

/// How often it is written down; a machine that loses power forgets at most so much.
const PERIOD: Duration = Duration::from_mins(1);

/// What was seen since it was last written down. Clones share it.
#[derive(Clone)]
pub struct Presence {
    store: Store,
    nature: Nature,
    seen: Arc<Mutex<HashMap<UserId, DateTime<Utc>>>>,
}

impl Presence {
    pub fn new(store: Store, nature: Nature) -> Self {
        Self { store, nature, seen: Arc::default() }
    }

    /// Notes that somebody uses this user's editor now.
    pub fn seen(&self, user: UserId) {
        let now = self.nature.clock.now();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(user, now);
    }

    /// Writes down what was seen, again and again, and once more when told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut beat = Beat::every(PERIOD, stop);
        loop {
            let goes_on = beat.next().await;
            if let Err(error) = self.keep().await {
                tracing::warn!(%error, "who was active cannot be written down");
            }
            if !goes_on {
                return;
            }
        }
    }

    /// Writes down what was seen.
    ///
    /// # Errors
    /// When the database does not answer; what was seen is then lost, and seen again soon.
    pub async fn keep(&self) -> Result<(), StoreError> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        if seen.is_empty() {
            return Ok(());
        }
        let stamp = Stamp { at: self.nature.clock.now(), cause: Cause::thon() };
        self.store
            .write(stamp, move |w| {
                for (user, at) in seen {
                    // They may have been deleted meanwhile.
                    if users::find(w, user)?.is_some() {
                        presence::set(w, user, at)?;
                    }
                }
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::testing::Ground;

    #[tokio::test]
    async fn the_last_use_is_kept_and_a_deleted_user_is_no_trouble() {
        let ground = Ground::with("{ alpha: [alice] }").await;
        let alice = ground.user("alpha/alice").await.id;
        let kept = Presence::new(ground.store.clone(), ground.clock.nature());
        kept.seen(UserId::new(Uuid::nil()));
        for _ in 0..2 {
            ground.clock.pass(TimeDelta::minutes(1));
            kept.seen(alice);
            kept.keep().await.expect("kept");
        }
        let last = ground.store.read(move |c| presence::last_active(c, alice)).await.expect("read");
        assert_eq!(last, Some(ground.clock.nature().clock.now()));
    }
}
