//! Counts wrong secrets per account, so that guessing is slow while a whole venue behind one address is not locked out.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use thon_domain::id::AccountId;

use crate::error::Error;

/// How many wrong ones are taken within the window.
const ALLOWED: usize = 10;
const WINDOW: Duration = Duration::minutes(10);

/// The moments of the last failures of each account.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures(Arc<Mutex<HashMap<AccountId, VecDeque<DateTime<Utc>>>>>);

impl Failures {
    /// Refuses when there were too many.
    pub fn check(&self, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(moments) = all.get_mut(&account) else { return Ok(()) };
        while moments.front().is_some_and(|first| *first + WINDOW <= now) {
            moments.pop_front();
        }
        match moments.front() {
            Some(first) if moments.len() >= ALLOWED => {
                let wait = (*first + WINDOW - now).num_seconds();
                Err(Error::TooManyRequests { retry_after_s: u64::try_from(wait).unwrap_or(0).max(1) })
            }
            _ => Ok(()),
        }
    }

    /// Counts one more.
    pub fn count(&self, account: AccountId, now: DateTime<Utc>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default().push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_eleventh_wrong_one_waits_until_the_first_is_ten_minutes_old() {
        let (failures, account, start) = (Failures::default(), AccountId::new(Uuid::nil()), DateTime::UNIX_EPOCH);
        for _ in 0..10 {
            assert!(failures.check(account, start).is_ok());
            failures.count(account, start);
        }
        let soon = failures.check(account, start + Duration::minutes(9));
        assert!(matches!(soon, Err(Error::TooManyRequests { retry_after_s: 60 })), "{soon:?}");
        assert!(failures.check(account, start + WINDOW).is_ok());
    }
}
