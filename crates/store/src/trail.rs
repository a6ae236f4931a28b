//! The trail of a request: where it came from, for everything that is written while it is answered, and what it came to.
//!
//! It goes with the task that answers, as a span of the log does, so that no use case hands it on and none can forget to.

use std::{
    future::Future,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use thon_domain::{
    audit::{About, Deed, Outcome, Via},
    live::Cause,
};

tokio::task_local! {
    static CURRENT: Trail;
}

/// Where a request came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub via: Via,
    pub address: Option<IpAddr>,
    /// The id of the request, as the log has it.
    pub request: Option<String>,
}

/// What a request came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Who asks, once that is known.
    pub who: Option<Cause>,
    /// The last deed that the policy was asked about, and what it is about.
    pub wanted: Option<(Deed, Option<About>)>,
    /// Why it did not happen.
    pub failure: Option<(Outcome, String)>,
    /// How many lines of the audit were written with it.
    pub written: usize,
}

/// The trail of one request. Clones share it.
#[derive(Clone, Debug)]
pub struct Trail {
    origin: Arc<Origin>,
    course: Arc<Mutex<Course>>,
}

impl Trail {
    pub fn new(origin: Origin) -> Self {
        Self { origin: Arc::new(origin), course: Arc::default() }
    }

    /// Does something on this trail.
    pub async fn follow<F: Future>(self, answering: F) -> F::Output {
        CURRENT.scope(self, answering).await
    }

    /// As [`Trail::follow`], for what runs on a thread of its own.
    pub(crate) fn follow_here<T>(self, f: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, f)
    }

    /// The trail of the request that is being answered, if one is.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Notes who asks.
    pub fn is_of(&self, who: Cause) {
        self.course_mut().who = Some(who);
    }

    /// Notes what somebody wants to do. Looking on the way to it is nothing that they want.
    pub fn wants(&self, deed: Deed, about: Option<About>) {
        let mut course = self.course_mut();
        if deed != Deed::Look || course.wanted.is_none() {
            course.wanted = Some((deed, about));
        }
    }

    /// Notes that it did not happen.
    pub fn ended_in(&self, outcome: Outcome, reason: String) {
        self.course_mut().failure = Some((outcome, reason));
    }

    pub(crate) fn wrote(&self, lines: usize) {
        self.course_mut().written += lines;
    }

    /// What it came to so far.
    pub fn course(&self) -> Course {
        self.course_mut().clone()
    }

    fn course_mut(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
