//! What is remembered of simulated sandboxes and their volumes, and the rules that Docker would keep.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
};

use chrono::{DateTime, Utc};
use thon_core::port::runtime::{Condition, Counters, RuntimeError, Sandbox, SandboxSpec};
use thon_domain::{
    id::InstanceId,
    sandbox::{DiskUse, LogLine, LogStream, PathUse, SandboxStats},
    workspace::{HOME, RESCUED_HOME},
};

use super::{IMAGE, editor::Editor, volumes::Kept};

/// What an editor takes that nobody uses.
const MEMORY_BYTES: u64 = 60 << 20;

/// All sandboxes, and whose each volume is. Volumes outlive sandboxes.
#[derive(Default)]
pub(super) struct State {
    pub(super) sandboxes: BTreeMap<InstanceId, Held>,
    pub(super) volumes: BTreeMap<String, Kept>,
}

/// One sandbox.
pub(super) struct Held {
    pub(super) spec: SandboxSpec,
    pub(super) running: Option<Running>,
    /// How it ended, if it ran.
    ended: Option<Ended>,
}

/// How a sandbox ended by itself.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    pub code: i64,
    pub out_of_memory: bool,
}

/// What a started sandbox has.
pub(super) struct Running {
    since: DateTime<Utc>,
    pub(super) editor: Editor,
}

impl State {
    pub(super) fn sandboxes(&self) -> impl Iterator<Item = Sandbox> {
        self.sandboxes.values().map(Held::sandbox)
    }

    pub(super) fn sandbox(&self, instance: InstanceId) -> Option<Sandbox> {
        self.sandboxes.get(&instance).map(Held::sandbox)
    }

    pub(super) fn take(&mut self, instance: InstanceId) -> Option<Held> {
        self.sandboxes.remove(&instance)
    }

    /// Keeps a sandbox that is not started yet.
    ///
    /// # Errors
    /// `Rejected` when the name is another's.
    pub(super) fn insert(&mut self, spec: &SandboxSpec) -> Result<(), RuntimeError> {
        if self.sandboxes.values().any(|held| held.spec.slug == spec.slug && held.spec.instance != spec.instance) {
            let reason = format!("another sandbox is called `{}`: terminate it, then try again", spec.slug);
            return Err(RuntimeError::Rejected { code: "name-taken", reason });
        }
        self.sandboxes.insert(spec.instance, Held { spec: spec.clone(), running: None, ended: None });
        Ok(())
    }

    /// Starts a sandbox that does not run yet.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Rejected` when its port is taken.
    pub(super) fn start(
        &mut self,
        instance: InstanceId,
        since: DateTime<Utc>,
        start: impl FnOnce(&SandboxSpec) -> io::Result<Editor>,
    ) -> Result<(), RuntimeError> {
        let held = self.sandboxes.get_mut(&instance).ok_or(RuntimeError::NotFound(instance))?;
        if held.running.is_none() {
            let editor = start(&held.spec).map_err(|error| unbound(held.spec.host_port, &error))?;
            held.running = Some(Running { since, editor });
            held.ended = None;
        }
        Ok(())
    }

    /// Takes the editor out of a sandbox that ended by itself.
    pub(super) fn crash(&mut self, instance: InstanceId, ended: Ended) -> Option<Editor> {
        let held = self.sandboxes.get_mut(&instance)?;
        let running = held.running.take()?;
        held.ended = Some(ended);
        Some(running.editor)
    }

    /// Freezes a running sandbox.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Rejected` when it does not run.
    pub(super) fn freeze(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let Some(running) = &self.held(instance)?.running else {
            let reason = "the sandbox does not run: start it before it is paused".to_owned();
            return Err(RuntimeError::Rejected { code: "not-running", reason });
        };
        running.editor.freeze(true);
        Ok(())
    }

    /// Lets a sandbox go on.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub(super) fn thaw(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        if let Some(running) = &self.held(instance)?.running {
            running.editor.freeze(false);
        }
        Ok(())
    }

    /// What a sandbox wrote: one line, when it started.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub(super) fn logs(&self, instance: InstanceId, lines: u32) -> Result<Vec<LogLine>, RuntimeError> {
        let held = self.held(instance)?;
        let started = held.running.as_ref().map(|running| LogLine {
            at: running.since,
            stream: LogStream::Stdout,
            text: format!("HTTP server listening on http://127.0.0.1:{}/", held.spec.host_port),
        });
        Ok(started.into_iter().take(usize::try_from(lines).unwrap_or(usize::MAX)).collect())
    }

    /// The figures of an editor that nobody uses, as measured with code-server (`docs/benchmarks.md`).
    ///
    /// # Errors
    /// `NotFound` when none runs.
    pub(super) fn stats(&self, instance: InstanceId) -> Result<SandboxStats, RuntimeError> {
        let held = self.held(instance)?;
        let running = held.running.as_ref().ok_or(RuntimeError::NotFound(instance))?;
        Ok(SandboxStats {
            cpu_cores: if running.editor.is_frozen() { 0.0 } else { 0.01 },
            memory_bytes: MEMORY_BYTES,
            memory_limit_bytes: held.spec.limits.memory_bytes,
            pids: 12,
            network_received_bytes: 0,
            network_sent_bytes: 0,
        })
    }

    /// What there would be on the disk of somebody with a project: nothing simulated writes any files.
    ///
    /// # Errors
    /// `NotFound` when none runs.
    pub(super) fn disk_use(&self, instance: InstanceId) -> Result<DiskUse, RuntimeError> {
        let held = self.held(instance)?;
        held.running.as_ref().ok_or(RuntimeError::NotFound(instance))?;
        let home = if held.spec.rescue { RESCUED_HOME } else { HOME };
        let taken = |(path, mib): (&str, u64)| PathUse { path: path.replace('~', home), bytes: mib << 20 };
        let directories =
            [("/workspace", 412), ("/workspace/app", 398), ("/workspace/app/node_modules", 371), ("~", 96)];
        let files = [("/workspace/app/data/train.csv", 22), ("~/.cache/core.1042", 64)];
        let (directories, mut files) = (directories.map(taken).to_vec(), files.map(taken).to_vec());
        files.sort_by_key(|file| std::cmp::Reverse(file.bytes));
        Ok(DiskUse { directories, files, complete: true })
    }

    /// What the editors that are not frozen have taken, by the same figures.
    pub(super) fn counters(&self, now: DateTime<Utc>) -> Vec<(InstanceId, Counters)> {
        let counted = |(id, held): (&InstanceId, &Held)| {
            let running = held.running.as_ref().filter(|running| !running.editor.is_frozen())?;
            let ran_ns = (now - running.since).num_nanoseconds().and_then(|ns| u64::try_from(ns).ok());
            let counters = Counters { at: now, cpu_ns: ran_ns.unwrap_or_default() / 100, memory_bytes: MEMORY_BYTES };
            Some((*id, counters))
        };
        self.sandboxes.iter().filter_map(counted).collect()
    }

    fn held(&self, instance: InstanceId) -> Result<&Held, RuntimeError> {
        self.sandboxes.get(&instance).ok_or(RuntimeError::NotFound(instance))
    }
}

impl Held {
    fn sandbox(&self) -> Sandbox {
        Sandbox {
            instance: self.spec.instance,
            generation: self.spec.generation,
            condition: self.condition(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, self.spec.host_port)),
            secret: self.spec.secret.clone(),
            image: self.spec.image.clone().unwrap_or_else(|| IMAGE.to_owned()),
        }
    }

    fn condition(&self) -> Condition {
        match (&self.running, self.ended) {
            (None, None) => Condition::Created,
            (None, Some(Ended { code, out_of_memory })) => Condition::Exited { code, out_of_memory },
            (Some(running), _) if running.editor.is_frozen() => Condition::Paused,
            (Some(running), _) => Condition::Running { since: running.since },
        }
    }
}

fn unbound(port: u16, error: &io::Error) -> RuntimeError {
    if error.kind() == io::ErrorKind::AddrInUse {
        let reason = format!("something else listens on 127.0.0.1:{port}; end it, then try again");
        return RuntimeError::Rejected { code: "port-taken", reason };
    }
    RuntimeError::Unavailable { reason: format!("cannot listen on 127.0.0.1:{port}: {error}") }
}
