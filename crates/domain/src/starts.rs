//! Starts over time: how many editors answered and how many were given up, by the tenth minute.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::live::Change;

/// How long a bar is, in minutes.
pub const BAR_MINUTES: i64 = 10;

/// How many bars there are: four hours.
pub const BARS: usize = 24;

/// What became of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The editor answered.
    Started,
    /// Nobody tries any more.
    Failed,
}

impl Ending {
    /// What became of a start, if this is the end of one.
    pub const fn of(change: &Change) -> Option<Self> {
        match change {
            Change::InstanceStarted { .. } => Some(Self::Started),
            Change::InstanceFailed { .. } => Some(Self::Failed),
            _ => None,
        }
    }
}

/// What came to its end within one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub started: u32,
    pub failed: u32,
}

/// The bars of the last hours, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starts {
    /// When the first bar begins.
    pub since: DateTime<Utc>,
    pub bars: Vec<Bar>,
}

impl Starts {
    /// Empty bars, of which the last one is that of `now`.
    pub fn until(now: DateTime<Utc>) -> Self {
        let width = TimeDelta::minutes(BAR_MINUTES);
        let last = now.duration_trunc(width).unwrap_or(now);
        let before = TimeDelta::minutes(BAR_MINUTES * i64::try_from(BARS - 1).unwrap_or_default());
        Self { since: last - before, bars: vec![Bar::default(); BARS] }
    }

    /// Takes one in. A later time than the last bar's moves all of them on; an earlier one than the first's is let go.
    pub fn add(&mut self, at: DateTime<Utc>, ending: Ending) {
        self.move_on(at);
        let place = (at - self.since).num_minutes().div_euclid(BAR_MINUTES);
        let Some(bar) = usize::try_from(place).ok().and_then(|place| self.bars.get_mut(place)) else { return };
        match ending {
            Ending::Started => bar.started += 1,
            Ending::Failed => bar.failed += 1,
        }
    }

    /// How many there are in all bars together.
    pub fn total(&self) -> Bar {
        let sum = |sum: Bar, bar: &Bar| Bar { started: sum.started + bar.started, failed: sum.failed + bar.failed };
        self.bars.iter().fold(Bar::default(), sum)
    }

    /// The highest bar.
    pub fn highest(&self) -> u32 {
        self.bars.iter().map(|bar| bar.started + bar.failed).max().unwrap_or_default()
    }

    fn move_on(&mut self, at: DateTime<Utc>) {
        let newest = Self::until(at).since;
        let bars = (newest - self.since).num_minutes() / BAR_MINUTES;
        let Ok(bars) = usize::try_from(bars) else { return };
        self.bars.drain(..bars.min(self.bars.len()));
        self.bars.resize(BARS, Bar::default());
        self.since = newest.max(self.since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_start_falls_into_the_bar_of_its_time() {
        let mut starts = Starts::until(at(1003));
        assert_eq!((starts.since, starts.bars.len()), (at(770), BARS));
        starts.add(at(1009), Ending::Started);
        starts.add(at(1000), Ending::Failed);
        starts.add(at(999), Ending::Started);
        starts.add(at(769), Ending::Started);
        assert_eq!(starts.bars[23], Bar { started: 1, failed: 1 });
        assert_eq!(starts.bars[22], Bar { started: 1, failed: 0 });
        assert_eq!((starts.total(), starts.highest()), (Bar { started: 2, failed: 1 }, 2));
    }

    #[test]
    fn time_moves_the_bars_on() {
        let mut starts = Starts::until(at(1000));
        starts.add(at(1000), Ending::Started);
        starts.add(at(1015), Ending::Started);
        assert_eq!((starts.bars[22].started, starts.bars[23].started, starts.bars.len()), (1, 1, BARS));
        starts.add(at(9000), Ending::Started);
        assert_eq!((starts.total().started, starts.since), (1, Starts::until(at(9000)).since));
    }
}
