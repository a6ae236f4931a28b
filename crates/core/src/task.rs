//! Background work: every task is tracked, stops when asked, and is started here and nowhere else.

use std::{future::Future, sync::Arc};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    actor::{Action, Actor},
    clock::Clock,
    error::Error,
};

mod beat;
pub mod expire_instances;
pub mod keep_audit;
pub mod measure_capacity;
pub mod reconcile_instances;
pub mod remove_volumes;
pub mod renew_certificates;
mod report;
mod sweep;
pub mod sweep_jobs;
pub mod sweep_sessions;
pub mod sync_proxy;
pub mod warm_editors;

pub use self::{
    beat::Beat,
    report::{About, Report, Run, TaskState, TaskStatus},
};

/// All background work of the process.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    board: report::Board,
}

impl Tasks {
    /// Runs a task until it ends by itself or the process stops. It gets the token that tells it to stop.
    pub fn start<F>(&self, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(task(self.stop.clone()));
    }

    /// As [`Tasks::start`], for a task that tells how it goes.
    pub fn start_told<F>(&self, about: About, clock: &Arc<dyn Clock>, task: impl FnOnce(Report, CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let report = self.board.report(about, clock.clone());
        self.start(|stop| task(report, stop));
    }

    /// As [`Tasks::start_told`], for a task that does the same again and again.
    pub fn start_beating<F>(&self, about: About, clock: &Arc<dyn Clock>, task: impl FnOnce(Beat) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.start_told(about, clock, |report, stop| task(Beat::new(report, stop)));
    }

    /// How each task that tells of itself is doing, in the order in which they were started.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub fn statuses(&self, actor: &Actor) -> Result<Vec<TaskStatus>, Error> {
        actor.may(Action::SeeSystem)?;
        Ok(self.board.statuses())
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fake::clock::StoppedClock;

    const ABOUT: About =
        About { name: "count", purpose: "Counts.", period: Duration::from_millis(5), woken_by: Some("a test") };

    async fn until(tasks: &Tasks, what: impl Fn(&TaskStatus) -> bool) -> TaskStatus {
        for _ in 0..400 {
            let statuses = tasks.statuses(&Actor::operator()).expect("may look");
            if let Some(status) = statuses.into_iter().find(&what) {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("still {:?}", tasks.statuses(&Actor::operator()))
    }

    #[tokio::test]
    async fn a_failing_task_tells_its_failure_until_it_works_again() {
        let (tasks, clock) = (Tasks::default(), StoppedClock::default().nature().clock);
        let (fails, heard) = tokio::sync::watch::channel(true);
        tasks.start_beating(ABOUT, &clock, |mut beat| async move {
            while beat.next().await {
                let failed = Error::internal(std::io::Error::other("the cause is nobody's business"));
                beat.ended(&if *heard.borrow() { Err(failed) } else { Ok(()) });
            }
        });
        let failing = until(&tasks, |task| task.failures >= 2).await;
        let last = failing.last.expect("a run");
        assert_eq!(last.outcome, Err("Something inside THON went wrong; its log has the cause.".to_owned()));
        assert_eq!((failing.about, failing.next_at.is_some()), (ABOUT, true));

        fails.send_replace(false);
        let well = until(&tasks, |task| task.last.as_ref().is_some_and(|run| run.outcome.is_ok())).await;
        assert!(well.failures >= failing.failures && well.runs > well.failures, "{well:?}");

        tasks.stop().await;
        let stopped = until(&tasks, |task| task.state == TaskState::Stopped).await;
        assert_eq!(stopped.next_at, None);
    }

    #[tokio::test]
    async fn a_task_that_breaks_says_so_and_is_not_for_everybody_to_see() {
        let (tasks, clock) = (Tasks::default(), StoppedClock::default().nature().clock);
        tasks.start_beating(ABOUT, &clock, |mut beat| async move {
            beat.next().await;
            panic!("a bug");
        });
        let broken = until(&tasks, |task| task.state == TaskState::Stopped).await;
        let told = broken.last.expect("a run").outcome.expect_err("it broke");
        assert!(told.starts_with("It ended in the middle"), "{told}");
        let nobody = Actor { role: thon_domain::role::Role::Participant, ..Actor::operator() };
        assert!(matches!(tasks.statuses(&nobody), Err(Error::Forbidden { .. })));
    }
}
