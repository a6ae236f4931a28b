//! A clock that stands still until it is moved.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::{Clock, Nature, UuidV7};

/// Time as the test wants it; starts at the epoch's first day of 2026.
#[derive(Clone, Debug)]
pub struct StoppedClock(Arc<Mutex<DateTime<Utc>>>);

impl Default for StoppedClock {
    fn default() -> Self {
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(365 * 56);
        Self(Arc::new(Mutex::new(start)))
    }
}

impl StoppedClock {
    /// Moves the time forward.
    pub fn pass(&self, time: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }

    /// A nature with this clock and real ids.
    pub fn nature(&self) -> Nature {
        Nature { clock: Arc::new(self.clone()), ids: Arc::new(UuidV7) }
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
