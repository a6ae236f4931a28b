//! A runtime that keeps its sandboxes in memory and can be broken in the ways that matter to the reconciler.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};
use thon_domain::{
    id::{InstanceId, UserId},
    route::EditorSecret,
    sandbox::{DiskUse, LogLine, SandboxStats},
    workspace::{Volume, VolumeKind},
};
use tokio::sync::{broadcast, watch};
use tokio_stream::wrappers::BroadcastStream;

use crate::{
    clock::Clock,
    port::runtime::{
        Capabilities, Condition, Counters, Enforcement, LogSince, RuntimeError, RuntimeEvent, RuntimeReport, Sandbox,
        SandboxRuntime, SandboxSpec,
    },
};

/// What every sandbox is said to take.
const FIGURES: SandboxStats = SandboxStats {
    cpu_cores: 0.25,
    memory_bytes: 128 << 20,
    memory_limit_bytes: 2 << 30,
    pids: 20,
    network_received_bytes: 0,
    network_sent_bytes: 0,
};

/// What every volume is said to hold.
pub const VOLUME_BYTES: u64 = 1 << 20;

/// What every directory of the host is said to hold.
pub const DIRECTORY_BYTES: u64 = 16 << 20;

/// Sandboxes in memory.
pub struct Shelf {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
    events: broadcast::Sender<RuntimeEvent>,
    /// Whether whoever makes a sandbox has to wait.
    hold: watch::Sender<bool>,
    held: AtomicUsize,
}

#[derive(Default)]
struct Inner {
    sandboxes: BTreeMap<InstanceId, Sandbox>,
    /// Whose each volume is, and the instance that mounts it.
    volumes: BTreeMap<String, (UserId, InstanceId)>,
    broken: Option<RuntimeError>,
    /// Whether the stream of events is cut.
    mute: bool,
    /// How many sandboxes were ever made.
    made: usize,
    /// How often one was looked at.
    looks: usize,
}

impl Shelf {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            inner: Mutex::default(),
            events: broadcast::channel(256).0,
            hold: watch::Sender::new(false),
            held: AtomicUsize::new(0),
        }
    }

    /// From now on every change fails like this; `None` mends it.
    pub fn break_with(&self, error: Option<RuntimeError>) {
        self.inner().broken = error;
    }

    /// From now on whoever makes a sandbox waits, until it is allowed again.
    pub fn hold_starts(&self, hold: bool) {
        self.hold.send_replace(hold);
    }

    /// How many wait for that.
    pub fn held_starts(&self) -> usize {
        self.held.load(Ordering::SeqCst)
    }

    /// From now on nothing is told of changes.
    pub fn mute(&self) {
        self.inner().mute = true;
    }

    /// Tells that changes may have been missed.
    pub fn gap(&self) {
        // Nobody may be listening yet.
        let _ = self.events.send(RuntimeEvent::Gap);
    }

    /// Puts a sandbox there that runs, as if it had always.
    pub fn put(&self, instance: InstanceId) {
        let sandbox = Sandbox {
            instance,
            generation: 1,
            condition: Condition::Running { since: self.clock.now() },
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            secret: EditorSecret::new(""),
            image: "shelf".to_owned(),
        };
        self.inner().sandboxes.insert(instance, sandbox);
    }

    /// What stands on the shelf.
    pub fn sandboxes(&self) -> Vec<Sandbox> {
        self.inner().sandboxes.values().cloned().collect()
    }

    pub fn made(&self) -> usize {
        self.inner().made
    }

    /// How often a sandbox was looked at.
    pub fn looks(&self) -> usize {
        self.inner().looks
    }

    /// Changes a sandbox from outside, as somebody at a shell would; `None` takes it away.
    pub fn meddle(&self, instance: InstanceId, change: impl FnOnce(Sandbox) -> Option<Sandbox>) {
        let mut inner = self.inner();
        if let Some(changed) = inner.sandboxes.remove(&instance).and_then(change) {
            inner.sandboxes.insert(instance, changed);
        }
        drop(inner);
        self.tell(instance);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn working(&self) -> Result<MutexGuard<'_, Inner>, RuntimeError> {
        let inner = self.inner();
        inner.broken.clone().map_or(Ok(inner), Err)
    }

    fn tell(&self, instance: InstanceId) {
        if !self.inner().mute {
            // Nobody may be listening yet.
            let _ = self.events.send(RuntimeEvent::Changed(instance));
        }
    }

    fn becomes(&self, instance: InstanceId, condition: Condition) -> Result<(), RuntimeError> {
        let mut inner = self.working()?;
        let sandbox = inner.sandboxes.get_mut(&instance).ok_or(RuntimeError::NotFound(instance))?;
        sandbox.condition = condition;
        drop(inner);
        self.tell(instance);
        Ok(())
    }
}

#[async_trait]
impl SandboxRuntime for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }

    async fn check(&self) -> Result<RuntimeReport, RuntimeError> {
        drop(self.working()?);
        Ok(RuntimeReport { version: "1".to_owned(), image: "shelf".to_owned() })
    }

    async fn capabilities(&self) -> Result<Capabilities, RuntimeError> {
        drop(self.working()?);
        Ok(Capabilities {
            network_rules: Enforcement::Enforced,
            disk_quota: Enforcement::Enforced,
            places: 1_000,
            runtimes: vec!["runc".to_owned()],
        })
    }

    async fn list(&self) -> Result<Vec<Sandbox>, RuntimeError> {
        Ok(self.working()?.sandboxes.values().cloned().collect())
    }

    async fn inspect(&self, instance: InstanceId) -> Result<Option<Sandbox>, RuntimeError> {
        let mut inner = self.inner();
        inner.looks += 1;
        Ok(inner.sandboxes.get(&instance).cloned())
    }

    async fn create(&self, spec: &SandboxSpec) -> Result<(), RuntimeError> {
        self.held.fetch_add(1, Ordering::SeqCst);
        // An error means that the shelf is gone, and nobody waits then.
        let _ = self.hold.subscribe().wait_for(|hold| !hold).await;
        self.held.fetch_sub(1, Ordering::SeqCst);
        let mut inner = self.working()?;
        inner.made += 1;
        let sandbox = Sandbox {
            instance: spec.instance,
            generation: spec.generation,
            condition: Condition::Created,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, spec.host_port)),
            secret: spec.secret.clone(),
            image: "shelf".to_owned(),
        };
        inner.sandboxes.insert(spec.instance, sandbox);
        for (name, _) in spec.workspace.mounts() {
            inner.volumes.insert(name.to_owned(), (spec.user, spec.instance));
        }
        Ok(())
    }

    async fn start(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        self.becomes(instance, Condition::Running { since: self.clock.now() })
    }

    async fn pause(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let seen = self.inner().sandboxes.get(&instance).map(|sandbox| sandbox.condition.clone());
        match seen {
            Some(Condition::Created | Condition::Exited { .. }) => {
                let reason = "the sandbox does not run: start it before it is paused".to_owned();
                Err(RuntimeError::Rejected { code: "not-running", reason })
            }
            _ => self.becomes(instance, Condition::Paused),
        }
    }

    async fn resume(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        self.becomes(instance, Condition::Running { since: self.clock.now() })
    }

    async fn remove(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        self.inner().sandboxes.remove(&instance);
        self.tell(instance);
        Ok(())
    }

    async fn logs(&self, instance: InstanceId, _: u32) -> Result<Vec<LogLine>, RuntimeError> {
        self.working()?.sandboxes.get(&instance).map(|_| Vec::new()).ok_or(RuntimeError::NotFound(instance))
    }

    async fn stats(&self, instance: InstanceId) -> Result<SandboxStats, RuntimeError> {
        let inner = self.working()?;
        inner.sandboxes.get(&instance).map(|_| FIGURES).ok_or(RuntimeError::NotFound(instance))
    }

    async fn disk_use(&self, instance: InstanceId) -> Result<DiskUse, RuntimeError> {
        let inner = self.working()?;
        let nothing = DiskUse { complete: true, ..DiskUse::default() };
        inner.sandboxes.get(&instance).map(|_| nothing).ok_or(RuntimeError::NotFound(instance))
    }

    async fn follow_log(&self, instance: InstanceId, _: LogSince) -> Result<BoxStream<'static, LogLine>, RuntimeError> {
        self.logs(instance, 0).await.map(|lines| stream::iter(lines).chain(stream::pending()).boxed())
    }

    async fn counters(&self) -> Result<Vec<(InstanceId, Counters)>, RuntimeError> {
        let (at, inner) = (self.clock.now(), self.working()?);
        let cpu_ns = u64::try_from(at.timestamp_millis()).unwrap_or_default() * 250_000;
        let counted = |id: &InstanceId| (*id, Counters { at, cpu_ns, memory_bytes: FIGURES.memory_bytes });
        Ok(inner.sandboxes.keys().map(counted).collect())
    }

    async fn volumes(&self) -> Result<Vec<Volume>, RuntimeError> {
        let inner = self.working()?;
        let volume = |(name, (user, instance)): (&String, &(UserId, InstanceId))| Volume {
            name: name.clone(),
            user: Some(*user),
            group: None,
            kind: VolumeKind::from_name(name),
            created_at: None,
            limit_bytes: None,
            in_use: inner.sandboxes.contains_key(instance),
        };
        Ok(inner.volumes.iter().map(volume).collect())
    }

    async fn volume_bytes(&self, _: &str) -> Result<Option<u64>, RuntimeError> {
        drop(self.working()?);
        Ok(Some(VOLUME_BYTES))
    }

    async fn directory_bytes(&self, _: &str) -> Option<u64> {
        self.working().ok().map(|_| DIRECTORY_BYTES)
    }

    async fn remove_volume(&self, name: &str, user: Option<UserId>) -> Result<(), RuntimeError> {
        let mut inner = self.working()?;
        let Some(&(owner, instance)) = inner.volumes.get(name) else { return Ok(()) };
        if inner.sandboxes.contains_key(&instance) || user != Some(owner) {
            let reason = format!("the volume `{name}` is mounted or another's: terminate its sandbox first");
            return Err(RuntimeError::Rejected { code: "volume-in-use", reason });
        }
        inner.volumes.remove(name);
        Ok(())
    }

    fn watch(&self) -> BoxStream<'static, RuntimeEvent> {
        let heard = BroadcastStream::new(self.events.subscribe());
        heard.map(|event| event.unwrap_or(RuntimeEvent::Gap)).chain(stream::pending()).boxed()
    }
}
