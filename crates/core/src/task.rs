//! Background work: every task is tracked, stops when asked, and is started here and nowhere else.

use std::{future::Future, time::Duration};

use tokio::time::Interval;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub mod expire_instances;
pub mod reconcile_instances;
pub mod remove_volumes;
pub mod sweep_sessions;

/// The beat of a task that looks again and again.
pub(crate) struct Beat {
    period: Interval,
    stop: CancellationToken,
}

impl Beat {
    /// Beats at once and then every so often, until `stop` fires.
    pub(crate) fn every(period: Duration, stop: CancellationToken) -> Self {
        Self { period: tokio::time::interval(period), stop }
    }

    /// Waits for the next beat; false when the task is to stop.
    pub(crate) async fn next(&mut self) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            _ = self.period.tick() => true,
        }
    }
}

/// All background work of the process.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Runs a task until it ends by itself or the process stops. It gets the token that tells it to stop.
    pub fn start<F>(&self, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(task(self.stop.clone()));
    }

    /// The tracker, for those who start work of their own.
    pub const fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    /// Fires when the process stops.
    pub const fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Tells every task to stop and waits until the last one has.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}
