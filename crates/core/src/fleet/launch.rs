//! Launching one user's instance inside a transaction.

use std::net::{Ipv4Addr, TcpListener};

use thon_domain::{
    id::{InstanceId, WorkspaceId},
    instance::{Instance, Intent, State},
    live::Change,
    user::User,
    workspace::Workspace,
};
use thon_store::{Connection, Writer, instances, workspaces};

use super::{Fleet, replace};
use crate::error::Error;

/// Where the ports of sandboxes begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    pub starting_port: u16,
}

impl Ports {
    /// The first port that no instance owns and nobody else on this machine listens on.
    ///
    /// An instance keeps it for life. One that Docker picked would go to somebody else after a restart of the daemon.
    fn free(self, c: &mut Connection) -> Result<u16, Error> {
        let used = instances::used_ports(c)?;
        let free = (self.starting_port..=u16::MAX).filter(|port| !used.contains(port));
        free.into_iter().find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).ok_or_else(|| {
            Error::conflict(
                format!("no port from {} up is free", self.starting_port),
                "Set a lower `sandbox.starting_port`, or end what listens there.",
            )
        })
    }
}

impl Fleet {
    /// Asks for one instance; `None` when it runs or is about to.
    pub(super) fn launch_one(&self, w: &mut Writer<'_>, user: &User) -> Result<Option<Instance>, Error> {
        if workspaces::of_user(w, user.id)?.is_none() {
            let id = WorkspaceId::new(self.nature.ids.next());
            workspaces::insert(w, &Workspace::of(id, user.id, &user.slug))?;
        }
        let instance = match instances::of_user(w, user.id)? {
            None => self.first(w, user)?,
            Some(before) => match again(&before, w) {
                None => return Ok(None),
                Some(after) => {
                    replace(w, &before, &after)?;
                    after
                }
            },
        };
        w.record(Change::InstanceLaunched { instance: instance.clone() })?;
        Ok(Some(instance))
    }

    fn first(&self, w: &mut Writer<'_>, user: &User) -> Result<Instance, Error> {
        let instance = Instance {
            id: InstanceId::new(self.nature.ids.next()),
            user: user.id,
            state: State::Pending,
            state_since: w.at(),
            intent: Intent::Run,
            generation: 1,
            attempts: 0,
            next_attempt_at: None,
            failure: None,
            host_port: self.ports.free(w)?,
            image: None,
            created_at: w.at(),
        };
        instances::insert(w, &instance)?;
        Ok(instance)
    }
}

/// The next sandbox of an instance that has none, or is losing it.
fn again(before: &Instance, w: &Writer<'_>) -> Option<Instance> {
    let running = before.intent == Intent::Run && before.state != State::Failed;
    (!running).then(|| Instance {
        state: State::Pending,
        state_since: w.at(),
        intent: Intent::Run,
        generation: before.generation + 1,
        attempts: 0,
        next_attempt_at: None,
        failure: None,
        ..before.clone()
    })
}
