//! Makes intents true: the only place that starts and ends sandboxes.
//!
//! It runs on a poke, on an event of the runtime, and every few seconds. It takes no input, so a restart needs no special
//! case: whatever stands in the database and in the runtime, the next step follows from both.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use futures::StreamExt as _;
use thon_domain::{id::InstanceId, live::QueuePlaces};
use thon_store::{Store, instances};
use tokio::{
    sync::watch,
    task::{self, JoinError, JoinSet},
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Nature,
    error::Error,
    poke::Pokes,
    port::{
        proxy::ReverseProxy,
        runtime::{Limits, RuntimeEvent, SandboxRuntime},
    },
};

mod routes;
mod spec;
mod start_queue;
mod step;

use routes::Routes;
use start_queue::StartQueue;
use step::{Next, Place};

/// How often everything is looked at, even when nothing tells of a change.
const PERIOD: Duration = Duration::from_secs(5);

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
    pub async fn run(self, mut pokes: Pokes, stop: CancellationToken) {
        let mut events = self.runtime.watch();
        let mut period = interval(PERIOD);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rounds = Rounds::new(self, pokes.queue.clone());
        loop {
            let due = rounds.next_due();
            tokio::select! {
                () = stop.cancelled() => break,
                Some(id) = pokes.recv() => rounds.look(id),
                Some(event) = events.next() => match event {
                    RuntimeEvent::Changed(id) => rounds.look(id),
                    RuntimeEvent::Gap => rounds.look_at_all().await,
                },
                _ = period.tick() => rounds.look_at_all().await,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => rounds.look_at_due(),
                Some(done) = rounds.steps.join_next_with_id() => rounds.done(done),
            }
        }
        while rounds.steps.join_next().await.is_some() {}
    }

    /// Everything that exists on either side.
    async fn everybody(&self) -> Result<HashSet<InstanceId>, Error> {
        let rows = self.store.read(|c| Ok::<_, Error>(instances::all(c)?)).await?;
        let mut all: HashSet<InstanceId> = rows.into_iter().map(|instance| instance.id).collect();
        match self.runtime.list().await {
            Ok(sandboxes) => all.extend(sandboxes.into_iter().map(|sandbox| sandbox.instance)),
            Err(error) => tracing::warn!(%error, "the sandbox runtime cannot be listed"),
        }
        Ok(all)
    }
}

/// Who is being looked at, and who is next: one instance takes one step at a time.
struct Rounds {
    reconciler: Reconciler,
    steps: JoinSet<Next>,
    /// Whose step each of them is.
    owners: HashMap<task::Id, (InstanceId, Place)>,
    busy: HashSet<InstanceId>,
    /// Those that changed while a step was under way.
    again: HashSet<InstanceId>,
    due: BTreeMap<InstanceId, Instant>,
    queue: StartQueue,
    /// Those of the first round that are not done yet; `None` before it.
    first: Option<HashSet<InstanceId>>,
}

impl Rounds {
    fn new(reconciler: Reconciler, told: watch::Sender<Arc<QueuePlaces>>) -> Self {
        let queue = StartQueue::new(reconciler.defaults.parallel_starts, told);
        Self {
            reconciler,
            steps: JoinSet::new(),
            owners: HashMap::new(),
            busy: HashSet::new(),
            again: HashSet::new(),
            due: BTreeMap::new(),
            queue,
            first: None,
        }
    }

    fn look(&mut self, id: InstanceId) {
        self.due.remove(&id);
        if self.busy.contains(&id) {
            self.again.insert(id);
        } else {
            self.take_step(id, Place::None);
        }
    }

    fn take_step(&mut self, id: InstanceId, place: Place) {
        self.busy.insert(id);
        let reconciler = self.reconciler.clone();
        let step = self.steps.spawn(async move { reconciler.step(id, place).await });
        self.owners.insert(step.id(), (id, place));
    }

    /// Lets those start whose turn has come. One that is being looked at just now is passed over until that is done.
    fn serve_queue(&mut self) {
        while let Some(id) = self.queue.next(&self.busy) {
            self.due.remove(&id);
            self.take_step(id, Place::Held);
        }
        self.queue.tell();
    }

    async fn look_at_all(&mut self) {
        let all = match self.reconciler.everybody().await {
            Ok(all) => all,
            Err(error) => return tracing::warn!(%error, "instances cannot be read"),
        };
        if self.first.is_none() {
            self.first = Some(all.clone());
            self.tell_of_first_round();
        }
        // Whoever waits for a moment or a place of their own is left to it.
        let waits = |id: &InstanceId| self.due.contains_key(id) || self.queue.contains(*id);
        for id in all.into_iter().filter(|id| !waits(id)).collect::<Vec<_>>() {
            self.look(id);
        }
    }

    fn look_at_due(&mut self) {
        let now = Instant::now();
        let due: Vec<_> = self.due.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for id in due {
            self.look(id);
        }
    }

    fn next_due(&self) -> Option<Instant> {
        self.due.values().min().copied()
    }

    fn tell_of_first_round(&self) {
        if self.first.as_ref().is_some_and(HashSet::is_empty) {
            self.reconciler.first_round.cancel();
        }
    }

    fn done(&mut self, done: Result<(task::Id, Next), JoinError>) {
        let (step, next) = match done {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "a step of the reconciler broke");
                (error.id(), Next::After(RETRY))
            }
        };
        let Some((id, place)) = self.owners.remove(&step) else { return };
        self.busy.remove(&id);
        if self.first.as_mut().is_some_and(|first| first.remove(&id)) {
            self.tell_of_first_round();
        }
        if place == Place::Held {
            self.queue.release();
        }
        self.queue.leave(id);
        let changed = self.again.remove(&id);
        match next {
            Next::AtOnce => self.look(id),
            _ if changed => self.look(id),
            Next::After(wait) => drop(self.due.insert(id, Instant::now() + wait)),
            Next::Queue(waiting) => self.queue.join(id, waiting),
            Next::Nothing => {}
        }
        self.serve_queue();
    }
}
#[cfg(test)]
mod tests;
