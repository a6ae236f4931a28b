//! Sandboxes without Docker: kept in memory, each behind a tiny editor that answers and echoes.
//!
//! For demos on machines without Docker, scale tests of the control plane and fast browser tests. It keeps the promises
//! of the port as Docker does, but never is what proves that sandboxes work.

mod editor;
mod faults;
mod state;
mod volumes;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::{
    StreamExt as _,
    future::ready,
    stream::{self, BoxStream},
};
use thon_core::{
    clock::Clock,
    port::runtime::{
        Capabilities, Counters, Enforcement, LogSince, MOST_LOG_LINES, RuntimeError, RuntimeEvent, RuntimeReport,
        Sandbox, SandboxRuntime, SandboxSpec,
    },
    task::Tasks,
};
use thon_domain::{
    id::{InstanceId, UserId},
    sandbox::{DiskUse, LogLine, SandboxStats},
    workspace::Volume,
};
use tokio::{sync::broadcast, time::sleep};
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;

pub use self::faults::{Act, Chances, Fault, Faults};
use self::{
    editor::Editor,
    state::{Ended, State},
};

/// What sandboxes are said to be started from.
const IMAGE: &str = "simulated";

/// What starts them, as in a Docker with nothing added.
const RUNTIME: &str = "runc";

/// How many sandboxes a process has sockets for, where nobody has raised the usual 1,024.
const PLACES: u32 = 1_000;

/// How many changes a slow watcher may be behind before it is told of a gap.
const CHANGES_KEPT: usize = 1024;

/// What simulated sandboxes are made of.
#[derive(Clone)]
pub struct SimulatedOptions {
    /// How long a started editor takes until it answers.
    pub start_delay: Duration,
    pub clock: Arc<dyn Clock>,
    /// What goes wrong; nothing by default.
    pub faults: Arc<Faults>,
    /// Where the editors run; unlike containers, they end with THON.
    pub tasks: Tasks,
    /// Fires when another server takes the ports. What is connected goes on as long as the tasks do.
    pub closing: CancellationToken,
}

/// Keeps sandboxes in memory. Volumes are kept too, so that whose they are is as true as in Docker.
pub struct Simulated {
    options: SimulatedOptions,
    state: Mutex<State>,
    changes: broadcast::Sender<RuntimeEvent>,
}

impl Simulated {
    pub fn new(options: SimulatedOptions) -> Self {
        Self { options, state: Mutex::default(), changes: broadcast::Sender::new(CHANGES_KEPT) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a sandbox away, as somebody at a shell would.
    pub async fn vanish(&self, instance: InstanceId) {
        self.end(instance).await;
    }

    /// Ends an editor from within; its sandbox stays, with this exit code.
    pub async fn crash(&self, instance: InstanceId, code: i64, out_of_memory: bool) {
        let editor = self.state().crash(instance, Ended { code, out_of_memory });
        if let Some(editor) = editor {
            editor.end().await;
            self.changed(instance);
        }
    }

    /// As long as it lasts no change is told, as when the stream of events is cut; its end is told as a gap.
    pub fn silence(&self, lasts: bool) {
        self.options.faults.silence(lasts);
        if !lasts {
            self.tell(RuntimeEvent::Gap);
        }
    }

    fn changed(&self, instance: InstanceId) {
        if !self.options.faults.is_silent() {
            self.tell(RuntimeEvent::Changed(instance));
        }
    }

    fn tell(&self, event: RuntimeEvent) {
        // Nobody may be watching.
        let _ = self.changes.send(event);
    }

    /// Waits for what is slow and goes on with what does not go wrong.
    async fn struck(&self, act: Act) -> Result<Option<Fault>, RuntimeError> {
        let fault = self.options.faults.strike(act)?;
        if let Some(Fault::Slow(slowness)) = fault {
            sleep(slowness).await;
        }
        Ok(fault)
    }

    /// Tells a change, and takes the sandbox away if that is its fault.
    async fn done(&self, instance: InstanceId, fault: Option<Fault>) {
        self.changed(instance);
        if fault == Some(Fault::Vanishing) {
            self.vanish(instance).await;
        }
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
        self.options.faults.answering()?;
        Ok(RuntimeReport { version: env!("CARGO_PKG_VERSION").to_owned(), image: IMAGE.to_owned() })
    }

    async fn capabilities(&self) -> Result<Capabilities, RuntimeError> {
        let why = "a simulated sandbox runs nothing and stores nothing, so there is nothing to enforce";
        Ok(Capabilities {
            network_rules: Enforcement::impossible(why),
            disk_quota: Enforcement::impossible(why),
            places: PLACES,
            runtimes: vec![RUNTIME.to_owned()],
        })
    }

    async fn list(&self) -> Result<Vec<Sandbox>, RuntimeError> {
        self.options.faults.answering()?;
        Ok(self.state().sandboxes().collect())
    }

    async fn inspect(&self, instance: InstanceId) -> Result<Option<Sandbox>, RuntimeError> {
        self.options.faults.answering()?;
        Ok(self.state().sandbox(instance))
    }

    async fn create(&self, spec: &SandboxSpec) -> Result<(), RuntimeError> {
        let fault = self.struck(Act::Create).await?;
        runtime(spec)?;
        self.state().adopt_volumes(spec, self.options.clock.now())?;
        self.end(spec.instance).await;
        self.state().insert(spec)?;
        self.done(spec.instance, fault).await;
        Ok(())
    }

    async fn start(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let fault = self.struck(Act::Start).await?;
        let since = self.options.clock.now();
        self.state().start(instance, since, |spec| Editor::start(spec, &self.options))?;
        self.done(instance, fault).await;
        Ok(())
    }

    async fn pause(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let fault = self.struck(Act::Pause).await?;
        self.state().freeze(instance)?;
        self.done(instance, fault).await;
        Ok(())
    }

    async fn resume(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let fault = self.struck(Act::Resume).await?;
        self.state().thaw(instance)?;
        self.done(instance, fault).await;
        Ok(())
    }

    async fn remove(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        self.struck(Act::Remove).await?;
        self.end(instance).await;
        Ok(())
    }

    async fn logs(&self, instance: InstanceId, lines: u32) -> Result<Vec<LogLine>, RuntimeError> {
        self.options.faults.answering()?;
        self.state().logs(instance, lines)
    }

    async fn stats(&self, instance: InstanceId) -> Result<SandboxStats, RuntimeError> {
        self.options.faults.answering()?;
        self.state().stats(instance)
    }

    async fn disk_use(&self, instance: InstanceId) -> Result<DiskUse, RuntimeError> {
        self.options.faults.answering()?;
        self.state().disk_use(instance)
    }

    async fn follow_log(
        &self,
        instance: InstanceId,
        since: LogSince,
    ) -> Result<BoxStream<'static, LogLine>, RuntimeError> {
        self.options.faults.answering()?;
        // It writes nothing more: whoever follows waits until something becomes of it.
        let other =
            move |change: &Result<RuntimeEvent, _>| matches!(change, Ok(RuntimeEvent::Changed(id)) if *id != instance);
        let end = BroadcastStream::new(self.changes.subscribe()).skip_while(move |change| ready(other(change))).take(1);
        let told = match since {
            LogSince::Last(lines) => self.state().logs(instance, lines)?,
            LogSince::After(at) => {
                let mut lines = self.state().logs(instance, MOST_LOG_LINES)?;
                lines.retain(|line| line.at > at);
                lines
            }
        };
        Ok(stream::iter(told).chain(end.filter_map(|_| ready(None))).boxed())
    }

    async fn counters(&self) -> Result<Vec<(InstanceId, Counters)>, RuntimeError> {
        self.options.faults.answering()?;
        Ok(self.state().counters(self.options.clock.now()))
    }

    async fn volumes(&self) -> Result<Vec<Volume>, RuntimeError> {
        self.options.faults.answering()?;
        Ok(self.state().volumes())
    }

    async fn remove_volume(&self, name: &str, user: Option<UserId>) -> Result<(), RuntimeError> {
        self.options.faults.answering()?;
        self.state().remove_volume(name, user)
    }

    fn watch(&self) -> BoxStream<'static, RuntimeEvent> {
        let changes = BroadcastStream::new(self.changes.subscribe()).map(|change| change.unwrap_or(RuntimeEvent::Gap));
        // "For ever" holds when the runtime itself is gone, too.
        changes.chain(stream::pending()).boxed()
    }
}
