//! The beat of a task that looks again and again, and tells how each look went.

use std::time::Duration;

use tokio::time::Interval;
use tokio_util::sync::CancellationToken;

use super::{About, Report};
use crate::error::Error;

/// When a task looks next, and what it tells of it.
#[derive(Debug)]
pub struct Beat {
    period: Interval,
    stop: CancellationToken,
    report: Report,
}

impl Beat {
    /// Beats at once and then in the period of the task, until `stop` fires.
    pub(super) fn new(report: Report, stop: CancellationToken) -> Self {
        // An interval of no time is none.
        let period = report.about().period.max(Duration::from_millis(1));
        Self { period: tokio::time::interval(period), stop, report }
    }

    /// Waits for the next beat; false when the task is to stop.
    pub async fn next(&mut self) -> bool {
        let goes_on = tokio::select! {
            () = self.stop.cancelled() => false,
            _ = self.period.tick() => true,
        };
        if goes_on {
            self.report.began();
        }
        goes_on
    }

    /// Which task it is.
    pub(super) const fn about(&self) -> &About {
        self.report.about()
    }

    /// Tells how the look went that this beat was for.
    pub fn ended(&mut self, outcome: &Result<(), Error>) {
        self.report.ended(outcome);
    }
}
