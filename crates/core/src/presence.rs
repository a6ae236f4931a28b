//! Who used their editor last, kept so that after a restart of the machine those who are at work come first.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::{id::UserId, live::Cause};
use thon_store::{Stamp, Store, StoreError, presence, users};

use crate::{
    clock::Nature,
    error::Error,
    task::{About, Beat},
};

/// How often it is written down; a machine that loses power forgets at most so much.
const PERIOD: Duration = Duration::from_mins(1);

/// How often an editor that stays open counts as used: who watches a build sends no request for hours.
const OPEN_COUNTS_EVERY: TimeDelta = TimeDelta::minutes(5);

/// What this task is.
pub const ABOUT: About =
    About { name: "keep_presence", purpose: "Writes down who used their editor last.", period: PERIOD, woken_by: None };

/// What was seen since it was last written down. Clones share it.
#[derive(Clone)]
pub struct Presence {
    store: Store,
    nature: Nature,
    noted: Arc<Mutex<Noted>>,
}

#[derive(Default)]
struct Noted {
    /// When each user's editor was used last.
    seen: HashMap<UserId, DateTime<Utc>>,
    open: HashMap<UserId, Tunnels>,
}

/// What is open to one user's editor.
struct Tunnels {
    count: usize,
    /// When that counted as use, the last time.
    counted_at: DateTime<Utc>,
}

/// Somebody who has an editor open, for as long as this lives.
#[must_use]
pub struct Open {
    presence: Presence,
    user: UserId,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.presence.closed(self.user);
    }
}

impl Presence {
    pub fn new(store: Store, nature: Nature) -> Self {
        Self { store, nature, noted: Arc::default() }
    }

    /// Notes that somebody uses this user's editor now.
    pub fn seen(&self, user: UserId) {
        let now = self.nature.clock.now();
        self.noted().seen.insert(user, now);
    }

    /// Notes that somebody has this user's editor open until what it gives is dropped.
    pub fn open(&self, user: UserId) -> Open {
        let counted_at = self.nature.clock.now();
        self.noted().open.entry(user).or_insert(Tunnels { count: 0, counted_at }).count += 1;
        Open { presence: self.clone(), user }
    }

    /// They were there until now.
    fn closed(&self, user: UserId) {
        self.seen(user);
        if let Entry::Occupied(mut open) = self.noted().open.entry(user) {
            open.get_mut().count -= 1;
            if open.get().count == 0 {
                open.remove();
            }
        }
    }

    /// Takes what is to be written down.
    fn taken(&self) -> HashMap<UserId, DateTime<Utc>> {
        let (now, mut noted) = (self.nature.clock.now(), self.noted());
        let mut seen = std::mem::take(&mut noted.seen);
        for (user, open) in &mut noted.open {
            // Either way: the clock may have been set back.
            if (now - open.counted_at).abs() >= OPEN_COUNTS_EVERY {
                open.counted_at = now;
                seen.insert(*user, now);
            }
        }
        seen
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what was seen, again and again, and once more when told to stop.
    pub async fn run(self, mut beat: Beat) {
        loop {
            let goes_on = beat.next().await;
            let kept = self.keep().await.map_err(Error::from);
            if let Err(error) = &kept {
                tracing::warn!(%error, "who was active cannot be written down");
            }
            beat.ended(&kept);
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
        let seen = self.taken();
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

    #[tokio::test]
    async fn whoever_only_watches_is_there_until_the_last_window_is_closed() {
        let ground = Ground::with("{ alpha: [alice] }").await;
        let alice = ground.user("alpha/alice").await.id;
        let kept = Presence::new(ground.store.clone(), ground.clock.nature());
        let begun = ground.clock.nature().clock.now();
        let mut windows = vec![kept.open(alice), kept.open(alice)];
        let mut last = Vec::new();
        for minutes in [4, 1, 1, 4, 3, 60] {
            ground.clock.pass(TimeDelta::minutes(minutes));
            if minutes == 3 {
                windows.clear();
            }
            kept.keep().await.expect("kept");
            let at = ground.store.read(move |c| presence::last_active(c, alice)).await.expect("read");
            last.push(at.map(|at| (at - begun).num_minutes()));
        }
        assert_eq!(last, [None, Some(5), Some(5), Some(10), Some(13), Some(13)], "written every five minutes at most");
    }
}
