//! A clock that stands still until it is moved.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::{Clock, Nature, UuidV7};

/// Time as the test wants it; starts at the epoch's first day of 2026.
#[derive(Clone, Debug)]
pub struct StoppedClock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    wall: DateTime<Utc>,
    monotonic: Instant,
}

impl Default for StoppedClock {
    fn default() -> Self {
        let wall = DateTime::UNIX_EPOCH + TimeDelta::days(365 * 56);
        Self(Arc::new(Mutex::new(Hands { wall, monotonic: Instant::now() })))
    }
}

impl StoppedClock {
    /// Moves the time forward.
    pub fn pass(&self, time: TimeDelta) {
        let mut hands = self.hands();
        hands.wall += time;
        hands.monotonic += time.to_std().unwrap_or_default();
    }

    /// Sets the time of day forward, or back, while no time passes.
    pub fn jump(&self, by: TimeDelta) {
        self.hands().wall += by;
    }

    /// A nature with this clock and real ids.
    pub fn nature(&self) -> Nature {
        Nature { clock: Arc::new(self.clone()), ids: Arc::new(UuidV7) }
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> DateTime<Utc> {
        self.hands().wall
    }

    fn monotonic(&self) -> Instant {
        self.hands().monotonic
    }
}
