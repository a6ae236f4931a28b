//! What is remembered of simulated sandboxes and their volumes, and the rules that Docker would keep.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
};

use chrono::{DateTime, Utc};
use thon_core::port::runtime::{Condition, RuntimeError, Sandbox, SandboxSpec};
use thon_domain::id::{InstanceId, UserId};

use super::{IMAGE, editor::Editor};

/// All sandboxes, and whose each volume is. Volumes outlive sandboxes.
#[derive(Default)]
pub(super) struct State {
    sandboxes: BTreeMap<InstanceId, Held>,
    volumes: BTreeMap<String, UserId>,
}

/// One sandbox.
pub(super) struct Held {
    spec: SandboxSpec,
    pub(super) running: Option<Running>,
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

    /// Makes the volumes of a sandbox unless they are there.
    ///
    /// # Errors
    /// `Rejected` when one is somebody else's.
    pub(super) fn adopt_volumes(&mut self, spec: &SandboxSpec) -> Result<(), RuntimeError> {
        for name in [&spec.workspace.workspace_volume, &spec.workspace.home_volume] {
            let owner = *self.volumes.entry(name.clone()).or_insert(spec.user);
            if owner != spec.user {
                let reason = format!("the volume `{name}` belongs to user {owner}, so it is not mounted here");
                return Err(RuntimeError::Rejected { code: "volume-foreign", reason });
            }
        }
        Ok(())
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
        self.sandboxes.insert(spec.instance, Held { spec: spec.clone(), running: None });
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
        }
        Ok(())
    }
}

impl Held {
    fn sandbox(&self) -> Sandbox {
        let since = self.running.as_ref().map(|running| running.since);
        Sandbox {
            instance: self.spec.instance,
            generation: self.spec.generation,
            condition: since.map_or(Condition::Created, |since| Condition::Running { since }),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, self.spec.host_port)),
            secret: self.spec.secret.clone(),
            image: IMAGE.to_owned(),
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
