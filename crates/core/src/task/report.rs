//! What tasks tell of themselves, so that people see what works, what does not, and since when.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{clock::Clock, error::Error};

/// What a task is, whatever it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// For example `expire_instances`.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// How often it looks even when nothing wakes it.
    pub period: Duration,
    /// What wakes it before that, in words.
    pub woken_by: Option<&'static str>,
}

/// What a task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    Waiting,
    Running,
    /// It will not run again in this process.
    Stopped,
}

/// A run that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub began_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    pub took: Duration,
    /// Why it failed, in a sentence for people.
    pub outcome: Result<(), String>,
}

/// A task as it is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStatus {
    pub about: About,
    pub state: TaskState,
    /// When the run that is under way began.
    pub running_since: Option<DateTime<Utc>>,
    pub last: Option<Run>,
    /// When it looks again at the latest.
    pub next_at: Option<DateTime<Utc>>,
    pub runs: u64,
    pub failures: u64,
}

/// Where all tasks of a process tell. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Board(Arc<Mutex<Vec<TaskStatus>>>);

impl Board {
    pub fn report(&self, about: About, clock: Arc<dyn Clock>) -> Report {
        let mut statuses = self.lock();
        statuses.push(TaskStatus {
            about,
            state: TaskState::Waiting,
            running_since: None,
            last: None,
            next_at: None,
            runs: 0,
            failures: 0,
        });
        Report { board: self.clone(), nth: statuses.len() - 1, clock, about, began: None }
    }

    pub fn statuses(&self) -> Vec<TaskStatus> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<TaskStatus>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How one task tells of itself. A task that is over has stopped, however it ended.
pub struct Report {
    board: Board,
    nth: usize,
    clock: Arc<dyn Clock>,
    about: About,
    /// When the run under way began, by both clocks.
    began: Option<(DateTime<Utc>, Instant)>,
}

impl Report {
    /// Which task it is that tells.
    pub const fn about(&self) -> &About {
        &self.about
    }

    /// Tells that a run begins.
    pub fn began(&mut self) {
        let at = self.clock.now();
        self.began = Some((at, self.clock.monotonic()));
        self.tell(|status| {
            status.state = TaskState::Running;
            status.running_since = Some(at);
        });
    }

    /// Tells how the run that began went. What is internal about a failure stays in the log.
    pub fn ended(&mut self, outcome: &Result<(), Error>) {
        self.over(outcome.as_ref().copied().map_err(|error| error.problem().detail));
    }

    fn over(&mut self, outcome: Result<(), String>) {
        let Some((began_at, began)) = self.began.take() else { return };
        let ended_at = self.clock.now();
        let took = self.clock.monotonic().saturating_duration_since(began);
        let next = began_at + TimeDelta::from_std(self.about.period).unwrap_or_default();
        self.tell(|status| {
            status.state = TaskState::Waiting;
            status.running_since = None;
            status.runs += 1;
            status.failures += u64::from(outcome.is_err());
            status.last = Some(Run { began_at, ended_at, took, outcome });
            status.next_at = Some(next.max(ended_at));
        });
    }

    fn tell(&self, change: impl FnOnce(&mut TaskStatus)) {
        if let Some(status) = self.board.lock().get_mut(self.nth) {
            change(status);
        }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("nth", &self.nth).finish_non_exhaustive()
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.over(Err("It ended in the middle of its work; the log has the cause.".to_owned()));
        self.tell(|status| {
            status.state = TaskState::Stopped;
            status.next_at = None;
        });
    }
}
