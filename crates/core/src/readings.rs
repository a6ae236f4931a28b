//! Readings: what sandboxes take, measured again and again, kept for ten minutes in memory and nowhere else.
//!
//! Often while somebody looks, seldom otherwise. A figure that could not be measured anew is no figure.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::{
    id::{InstanceId, UserId},
    instance::State,
    live::Readings as Latest,
    sandbox::Reading,
};
use thon_store::{Store, instances, workspaces};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use crate::{
    clock::Nature,
    error::Error,
    port::runtime::{Counters, SandboxRuntime},
    task::{About, Beat},
};

mod disks;

use self::disks::Disks;

/// How often is measured while somebody looks.
const PERIOD: Duration = Duration::from_secs(5);

/// How often is measured while nobody does, so that a curve does not begin with the look at it.
const SELDOM: Duration = Duration::from_secs(30);

/// For how long a figure holds after it was measured.
pub const HOLDS: Duration = Duration::from_secs(15);

/// How long the runtime may take to count; whatever takes longer than a figure holds is of no use.
const PATIENCE: Duration = Duration::from_secs(12);

/// How far back figures are kept.
const KEPT_MIN: i64 = 10;

/// What this task is.
pub const ABOUT: About = About {
    name: "read_sandboxes",
    purpose: "Measures what sandboxes take: every 5 s while somebody looks, every 30 s otherwise.",
    period: PERIOD,
    woken_by: None,
};

/// What was measured. Clones share it.
#[derive(Clone)]
pub struct Readings {
    latest: Arc<watch::Sender<Arc<Latest>>>,
    past: Arc<Mutex<HashMap<UserId, VecDeque<Reading>>>>,
}

impl Default for Readings {
    fn default() -> Self {
        Self { latest: Arc::new(watch::Sender::new(Arc::default())), past: Arc::default() }
    }
}

impl Readings {
    /// What is measured from now on. As long as this lives, somebody looks.
    pub fn watch(&self) -> watch::Receiver<Arc<Latest>> {
        self.latest.subscribe()
    }

    /// What a user's sandbox took in the last minutes, the oldest first.
    pub fn past(&self, user: UserId) -> Vec<Reading> {
        self.kept().get(&user).map(|kept| kept.iter().copied().collect()).unwrap_or_default()
    }

    fn is_watched(&self) -> bool {
        self.latest.receiver_count() > 0
    }

    /// Keeps what was measured; what is older than ten minutes is forgotten, and so is who has nothing else.
    fn keep(&self, now: DateTime<Utc>, latest: Latest) {
        let oldest = now - TimeDelta::minutes(KEPT_MIN);
        let mut past = self.kept();
        for (user, reading) in &latest {
            past.entry(*user).or_default().push_back(*reading);
        }
        past.retain(|_, kept| {
            kept.retain(|reading| reading.at > oldest);
            !kept.is_empty()
        });
        drop(past);
        self.latest.send_replace(Arc::new(latest));
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<UserId, VecDeque<Reading>>> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who measures.
pub struct Reader {
    store: Store,
    nature: Nature,
    runtime: Arc<dyn SandboxRuntime>,
    readings: Readings,
    /// What was counted last.
    before: HashMap<InstanceId, Counters>,
    disks: Disks,
}

impl Reader {
    pub fn new(store: Store, nature: Nature, runtime: Arc<dyn SandboxRuntime>, readings: Readings) -> Self {
        Self { store, nature, disks: Disks::new(runtime.clone()), runtime, readings, before: HashMap::new() }
    }

    /// Measures until told to stop.
    pub async fn run(mut self, mut beat: Beat) {
        let mut last = None::<Instant>;
        while beat.next().await {
            if !self.readings.is_watched() && last.is_some_and(|last| last.elapsed() < SELDOM) {
                beat.ended(&Ok(()));
                continue;
            }
            last = Some(Instant::now());
            let measured = self.measure().await;
            if let Err(error) = &measured {
                tracing::warn!(%error, "what sandboxes take cannot be measured");
            }
            beat.ended(&measured);
        }
    }

    /// Measures everybody who runs. When that fails, nothing is known of anybody.
    ///
    /// # Errors
    /// When the runtime or the database does not answer.
    pub async fn measure(&mut self) -> Result<(), Error> {
        let read = self.read().await;
        let (latest, outcome) = read.map_or_else(|error| (Latest::new(), Err(error)), |latest| (latest, Ok(())));
        self.readings.keep(self.nature.clock.now(), latest);
        outcome
    }

    async fn read(&mut self) -> Result<Latest, Error> {
        let unavailable =
            |_| Error::Unavailable { service: "The sandbox runtime", reason: "it does not count in time".to_owned() };
        let counted = timeout(PATIENCE, self.runtime.counters()).await.map_err(unavailable)??;
        let (all, workspaces) = self.store.read(|c| Ok::<_, Error>((instances::all(c)?, workspaces::all(c)?))).await?;
        let running = all.into_iter().filter(|one| one.state == State::Running);
        let owners: BTreeMap<InstanceId, UserId> = running.map(|one| (one.id, one.user)).collect();
        let now = self.nature.clock.now();
        if self.readings.is_watched() {
            let at_work: HashSet<UserId> = owners.values().copied().collect();
            let wanted = workspaces.into_iter().filter(|one| at_work.contains(&one.user));
            self.disks.measure(now, wanted.collect()).await;
        }
        let before = std::mem::replace(&mut self.before, counted.iter().copied().collect());
        let reading = |(id, counters): (InstanceId, Counters)| {
            let user = *owners.get(&id)?;
            let cpu_millis = counters.cpu_millis_since(before.get(&id)?)?;
            let disk_bytes = self.disks.of(user, now);
            Some((user, Reading { at: now, cpu_millis, memory_bytes: counters.memory_bytes, disk_bytes }))
        };
        Ok(counted.into_iter().filter_map(reading).collect())
    }
}

#[cfg(test)]
mod tests;
