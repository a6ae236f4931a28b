//! Sandboxes without Docker: kept in memory, each behind a tiny editor that answers and echoes.
//!
//! For demos on machines without Docker, scale tests of the control plane and fast browser tests. It keeps the promises
//! of the port as Docker does, but never is what proves that sandboxes work.

mod editor;
mod state;
mod volumes;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use thon_core::{
    clock::Clock,
    port::runtime::{
        Capabilities, Enforcement, RuntimeError, RuntimeEvent, RuntimeReport, Sandbox, SandboxRuntime, SandboxSpec,
    },
    task::Tasks,
};
use thon_domain::{
    id::{InstanceId, UserId},
    sandbox::{LogLine, SandboxStats},
    workspace::Volume,
};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

use self::{editor::Editor, state::State};

/// What sandboxes are said to be started from.
const IMAGE: &str = "simulated";

/// What starts them, as in a Docker with nothing added.
const RUNTIME: &str = "runc";

/// How many changes a slow watcher may be behind before it is told of a gap.
const CHANGES_KEPT: usize = 1024;

/// What simulated sandboxes are made of.
#[derive(Clone)]
pub struct SimulatedOptions {
    /// How long a started editor takes until it answers.
    pub start_delay: Duration,
    pub clock: Arc<dyn Clock>,
    /// Where the editors run; unlike containers, they end with THON.
    pub tasks: Tasks,
}

/// Keeps sandboxes in memory. Volumes are kept too, so that whose they are is as true as in Docker.
pub struct Simulated {
    options: SimulatedOptions,
    state: Mutex<State>,
    changes: broadcast::Sender<InstanceId>,
}

impl Simulated {
    pub fn new(options: SimulatedOptions) -> Self {
        Self { options, state: Mutex::default(), changes: broadcast::Sender::new(CHANGES_KEPT) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self, instance: InstanceId) {
        // Nobody may be watching.
        let _ = self.changes.send(instance);
    }

    async fn end(&self, instance: InstanceId) {
        let Some(held) = self.state().take(instance) else { return };
        if let Some(running) = held.running {
            running.editor.end().await;
        }
        self.changed(instance);
    }
}

/// Refuses a runtime that is not there.
fn runtime(spec: &SandboxSpec) -> Result<(), RuntimeError> {
    match spec.runtime.as_deref() {
        None | Some(RUNTIME) => Ok(()),
        Some(other) => {
            let reason = format!("a simulated sandbox has no runtime `{other}`: choose `{RUNTIME}` or none");
            Err(RuntimeError::Rejected { code: "runtime-missing", reason })
        }
    }
}

#[async_trait]
impl SandboxRuntime for Simulated {
    fn name(&self) -> &'static str {
        "simulated"
    }

    async fn check(&self) -> Result<RuntimeReport, RuntimeError> {
        Ok(RuntimeReport { version: env!("CARGO_PKG_VERSION").to_owned(), image: IMAGE.to_owned() })
    }

    async fn capabilities(&self) -> Result<Capabilities, RuntimeError> {
        let why = "a simulated sandbox runs nothing and stores nothing, so there is nothing to enforce";
        Ok(Capabilities {
            network_rules: Enforcement::impossible(why),
            disk_quota: Enforcement::impossible(why),
            runtimes: vec![RUNTIME.to_owned()],
        })
    }

    async fn list(&self) -> Result<Vec<Sandbox>, RuntimeError> {
        Ok(self.state().sandboxes().collect())
    }

    async fn inspect(&self, instance: InstanceId) -> Result<Option<Sandbox>, RuntimeError> {
        Ok(self.state().sandbox(instance))
    }

    async fn create(&self, spec: &SandboxSpec) -> Result<(), RuntimeError> {
        runtime(spec)?;
        self.state().adopt_volumes(spec, self.options.clock.now())?;
        self.end(spec.instance).await;
        self.state().insert(spec)?;
        self.changed(spec.instance);
        Ok(())
    }

    async fn start(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let since = self.options.clock.now();
        self.state().start(instance, since, |spec| Editor::start(spec, &self.options))?;
        self.changed(instance);
        Ok(())
    }

    async fn pause(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        self.state().freeze(instance)?;
        self.changed(instance);
        Ok(())
    }

    async fn resume(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        self.state().thaw(instance)?;
        self.changed(instance);
        Ok(())
    }

    async fn remove(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        self.end(instance).await;
        Ok(())
    }

    async fn logs(&self, instance: InstanceId, lines: u32) -> Result<Vec<LogLine>, RuntimeError> {
        self.state().logs(instance, lines)
    }

    async fn stats(&self, instance: InstanceId) -> Result<SandboxStats, RuntimeError> {
        self.state().stats(instance)
    }

    async fn volumes(&self) -> Result<Vec<Volume>, RuntimeError> {
        Ok(self.state().volumes())
    }

    async fn remove_volume(&self, name: &str, user: Option<UserId>) -> Result<(), RuntimeError> {
        self.state().remove_volume(name, user)
    }

    fn watch(&self) -> BoxStream<'static, RuntimeEvent> {
        let changes = BroadcastStream::new(self.changes.subscribe())
            .map(|change| change.map_or(RuntimeEvent::Gap, RuntimeEvent::Changed));
        // "For ever" holds when the runtime itself is gone, too.
        changes.chain(stream::pending()).boxed()
    }
}
