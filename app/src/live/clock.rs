//! The page's clock: the server's time, carried on by the browser.
//!
//! It begins with the moment of the snapshot, so server and browser first render the same "so far", and it never trusts
//! the browser's time of day, only how much of it passes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::{prelude::*, web_sys::js_sys::Date};

use crate::words;

/// From how many minutes before it an end is near: when the first warning is given.
const NEAR_MIN: i64 = 15;

/// Tells how long something has been so, a second at a time.
#[derive(Clone, Copy)]
pub struct PageClock(RwSignal<DateTime<Utc>>);

impl PageClock {
    /// A clock that stands at `now` on the server and runs in the browser.
    pub fn starting(now: DateTime<Utc>) -> Self {
        let clock = Self(RwSignal::new(now));
        Effect::new(move |_| clock.run());
        clock
    }

    /// The time, for what tells it in words of its own.
    pub fn now(self) -> Signal<DateTime<Utc>> {
        self.0.into()
    }

    /// Moves on to a time that the server has told, if that is later.
    pub fn catch_up(self, told: DateTime<Utc>) {
        if told > self.0.get_untracked() {
            self.0.set(told);
        }
    }

    /// How long ago `since` is, in words that change by themselves.
    pub fn so_far(self, since: impl Fn() -> Option<DateTime<Utc>> + Send + Sync + 'static) -> Memo<Option<String>> {
        Memo::new(move |_| since().map(|since| words::elapsed(since, self.0.get())))
    }

    /// How long until `due`, in words that change by themselves.
    pub fn until(self, due: DateTime<Utc>) -> String {
        words::elapsed(self.0.get(), due)
    }

    /// Whether less than [`NEAR_MIN`] minutes are left until `due`.
    pub fn is_near(self, due: DateTime<Utc>) -> bool {
        due - self.0.get() < TimeDelta::minutes(NEAR_MIN)
    }

    fn run(self) {
        let last = StoredValue::new(Date::now());
        let tick = move || {
            let passed = Date::now() - last.get_value();
            last.set_value(Date::now());
            // A clock that is set back has passed nothing.
            self.0.update(|now| *now += TimeDelta::milliseconds(whole_ms(passed.max(0.0))));
        };
        if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || interval.clear());
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float saturates in a cast, and no page is open for so long")]
fn whole_ms(ms: f64) -> i64 {
    ms as i64
}
