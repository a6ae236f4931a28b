//! Counts tries within a window, so that guessing is slow while a whole venue behind one address is not locked out.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};

use crate::error::Error;

const WINDOW: Duration = Duration::minutes(10);

/// The moments of the last tries of each key.
#[derive(Clone, Debug)]
pub struct Tally<K> {
    /// How many are taken within ten minutes.
    allowed: usize,
    moments: Arc<Mutex<HashMap<K, VecDeque<DateTime<Utc>>>>>,
}

impl<K: Eq + Hash> Tally<K> {
    /// A tally that refuses after so many tries in ten minutes.
    pub fn new(allowed: usize) -> Self {
        Self { allowed, moments: Arc::default() }
    }

    /// Whether one more may be tried.
    ///
    /// # Errors
    /// `TooManyRequests`, with the time until the oldest try is forgotten.
    pub fn check(&self, key: &K, now: DateTime<Utc>) -> Result<(), Error> {
        let mut all = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(moments) = all.get_mut(key) else { return Ok(()) };
        forget(moments, now);
        match moments.front() {
            Some(first) if moments.len() >= self.allowed => {
                let wait = (*first + WINDOW - now).num_seconds();
                Err(Error::TooManyRequests { retry_after_s: u64::try_from(wait).unwrap_or(0).max(1) })
            }
            _ => Ok(()),
        }
    }

    /// Counts one more.
    pub fn count(&self, key: K, now: DateTime<Utc>) {
        let mut all = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, moments| {
            forget(moments, now);
            !moments.is_empty()
        });
        all.entry(key).or_default().push_back(now);
    }
}

fn forget(moments: &mut VecDeque<DateTime<Utc>>, now: DateTime<Utc>) {
    while moments.front().is_some_and(|first| *first + WINDOW <= now) {
        moments.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_waits_until_the_first_is_ten_minutes_old() {
        let (tally, start) = (Tally::new(10), DateTime::UNIX_EPOCH);
        for _ in 0..10 {
            assert!(tally.check(&"alice", start).is_ok());
            tally.count("alice", start);
        }
        let soon = tally.check(&"alice", start + Duration::minutes(9));
        assert!(matches!(soon, Err(Error::TooManyRequests { retry_after_s: 60 })), "{soon:?}");
        assert!(tally.check(&"bob", start).is_ok(), "everybody counts for themselves");
        assert!(tally.check(&"alice", start + WINDOW).is_ok());
    }

    #[test]
    fn what_is_over_takes_no_room() {
        let (tally, start) = (Tally::new(10), DateTime::UNIX_EPOCH);
        tally.count("alice", start);
        tally.count("bob", start + WINDOW);
        assert_eq!(tally.moments.lock().expect("no panic").len(), 1);
    }
}
