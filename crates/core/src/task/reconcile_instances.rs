//! Makes intents true: the only place that starts and ends sandboxes.
//!
//! It runs on a poke, on an event of the runtime, and every few seconds. It takes no input, so a restart needs no special
//! case: whatever stands in the database and in the runtime, the next step follows from both.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::StreamExt as _;
use thon_store::Store;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{About, Report};
use crate::{
    clock::Nature,
    editor_password::PasswordKey,
    poke::Pokes,
    port::{
        proxy::ReverseProxy,
        runtime::{Limits, RuntimeEvent, SandboxRuntime},
    },
};

mod everybody;
mod rounds;
mod routes;
mod spec;
mod start_queue;
mod step;

use rounds::Rounds;
use routes::Routes;

/// How often everything is looked at, even when nothing tells of a change.
const PERIOD: Duration = Duration::from_secs(5);

/// What this task is.
pub const ABOUT: About = About {
    name: "reconcile_instances",
    purpose: "Makes intents true: the only task that starts and ends sandboxes. A run is a look at all of them.",
    period: PERIOD,
    woken_by: Some("a request, or an event of the sandbox runtime"),
};

/// How soon a step that could not be taken is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What every sandbox gets.
#[derive(Clone, Debug)]
pub struct SandboxDefaults {
    pub limits: Limits,
    /// Whether the sandboxes of a group share a volume.
    pub group_volumes: bool,
    pub env: BTreeMap<String, String>,
    /// How many sandboxes are made and started at once.
    pub parallel_starts: usize,
    /// Where the passwords of editors come from that ask for one.
    pub passwords: PasswordKey,
}

/// What the reconciler works with.
#[derive(Clone)]
pub struct Reconciler {
    store: Store,
    nature: Nature,
    runtime: Arc<dyn SandboxRuntime>,
    defaults: Arc<SandboxDefaults>,
    routes: Routes,
    first_round: CancellationToken,
}

impl Reconciler {
    pub fn new(
        store: Store,
        nature: Nature,
        runtime: Arc<dyn SandboxRuntime>,
        proxy: Arc<dyn ReverseProxy>,
        defaults: SandboxDefaults,
    ) -> Self {
        let (defaults, routes) = (Arc::new(defaults), Routes::new(proxy));
        Self { store, nature, runtime, defaults, routes, first_round: CancellationToken::new() }
    }

    /// Fires when everybody that was there at the start has been looked at once: by then the routes stand.
    pub fn first_round(&self) -> CancellationToken {
        self.first_round.clone()
    }

    /// Reconciles until told to stop. Steps that are under way are finished first.
    pub async fn run(self, mut pokes: Pokes, report: Report, stop: CancellationToken) {
        let mut events = self.runtime.watch();
        let mut period = interval(PERIOD);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rounds = Rounds::new(self, pokes.queue.clone(), report);
        loop {
            let due = rounds.next_due();
            // No branch waits for anything: a stream of events that is not polled may hold what a look waits for.
            tokio::select! {
                () = stop.cancelled() => break,
                Some(id) = pokes.recv() => rounds.look(id),
                Some(event) = events.next() => match event {
                    RuntimeEvent::Changed(id) => rounds.look(id),
                    RuntimeEvent::Gap => rounds.look_at_all_anew(),
                },
                _ = period.tick() => rounds.look_at_all(),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => rounds.look_at_due(),
                Some(done) = rounds.steps.join_next_with_id() => rounds.done(done),
                Some(all) = rounds.lists.join_next() => rounds.listed(all),
            }
        }
        while rounds.steps.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests;
