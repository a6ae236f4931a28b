//! Sharing ports: who may come to what listens inside a sandbox, besides those who may open its editor.

use thon_domain::{
    id::InstanceId,
    instance::Instance,
    live::Change,
    sharing::{Audience, InnerPort, MOST_SHARED},
};
use thon_store::{Stamp, Store, instances, users};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    entry::{Cut, Entry},
    error::Error,
    fleet::{no_instance, replace},
};

/// The use case of sharing.
#[derive(Clone)]
pub struct Sharing {
    store: Store,
    nature: Nature,
    entry: Entry,
}

impl Sharing {
    pub const fn new(store: Store, nature: Nature, entry: Entry) -> Self {
        Self { store, nature, entry }
    }

    /// Says for whom a port is. [`Audience::Owner`] ends its sharing: whoever has it open by that is cut at once.
    ///
    /// What is so already is fine.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance, `Forbidden` when it is somebody else's, `Conflict` when it shares as many
    /// ports as it may.
    pub async fn share(&self, actor: &Actor, id: InstanceId, port: InnerPort, audience: Audience) -> Result<(), Error> {
        let (actor, stamp) = (actor.clone(), Stamp { at: self.nature.clock.now(), cause: actor.cause() });
        let shared = self
            .store
            .write(stamp, move |w| {
                let before = instances::find(w, id)?.ok_or_else(no_instance)?;
                actor.may(Action::SharePort(before.user))?;
                let Some(change) = change(&before, port, audience)? else { return Ok(None) };
                replace(w, &before, change)?;
                Ok::<_, Error>(users::find(w, before.user)?)
            })
            .await?;
        if let Some(owner) = shared {
            self.entry.cut(&Cut::Port { slug: owner.slug, port: port.number() });
        }
        Ok(())
    }
}

/// What has to change; `None` when it is so already.
fn change(before: &Instance, port: InnerPort, audience: Audience) -> Result<Option<Change>, Error> {
    let shared_ports = before.shared_ports.with(port, audience);
    if shared_ports == before.shared_ports {
        return Ok(None);
    }
    if shared_ports.len() > MOST_SHARED {
        let what = format!("this instance shares {MOST_SHARED} ports already");
        return Err(Error::conflict(what, "Stop sharing one that nobody needs any more."));
    }
    let instance = Instance { shared_ports, ..before.clone() };
    Ok(Some(match audience {
        Audience::Owner => Change::InstancePortUnshared { instance, port },
        _ => Change::InstancePortShared { instance, port, audience },
    }))
}

#[cfg(test)]
mod tests;
