//! What a runtime counts of a sandbox, and from where on it tells a log.

use chrono::{DateTime, Utc};

/// What a sandbox has taken since it started: the difference of two tells what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    /// When it was counted, by the runtime's clock.
    pub at: DateTime<Utc>,
    /// CPU time, in nanoseconds.
    pub cpu_ns: u64,
    /// Memory in use without the part of the page cache that the kernel can take back at once.
    pub memory_bytes: u64,
}

/// From where on a log is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogSince {
    /// So many of the last lines, then what follows.
    Last(u32),
    /// What was written after this moment.
    After(DateTime<Utc>),
}

impl Counters {
    /// How many thousandths of a core were used since `before`; nothing when no time has passed, or it is another sandbox.
    pub fn cpu_millis_since(&self, before: &Self) -> Option<u32> {
        let passed_ns = (self.at - before.at).num_nanoseconds().and_then(|ns| u64::try_from(ns).ok())?;
        let used_ns = self.cpu_ns.checked_sub(before.cpu_ns)?;
        u32::try_from(u128::from(used_ns) * 1000 / u128::from(passed_ns).max(1)).ok().filter(|_| passed_ns > 0)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn two_counts_tell_the_cpu() {
        let count = |ms: i64, cpu_ns| Counters {
            at: DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms),
            cpu_ns,
            memory_bytes: 0,
        };
        let before = count(0, 1_000_000_000);
        assert_eq!(count(2000, 1_500_000_000).cpu_millis_since(&before), Some(250));
        assert_eq!(count(2000, 1_000_000_000).cpu_millis_since(&before), Some(0));
        assert_eq!(count(0, 1_500_000_000).cpu_millis_since(&before), None, "no time has passed");
        assert_eq!(count(2000, 10).cpu_millis_since(&before), None, "another sandbox, or the clock was set back");
    }
}
