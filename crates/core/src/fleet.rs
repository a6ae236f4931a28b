//! The fleet: everybody's instances, and what people want of them.
//!
//! A use case only writes the intent and pokes; [`crate::task::reconcile_instances`] makes it true.

use std::time::Duration;

use serde::Serialize;
use thon_domain::{
    address::Addresses,
    id::{GroupId, InstanceId, UserId},
    instance::{Instance, Intent, State},
    live::{Change, FleetView},
    page::PageRequest,
    user::User,
};
use thon_store::{Stamp, Store, Writer, fleet, instances, users};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    poke::Poke,
};

mod launch;
pub mod next_step;
mod page;

pub use launch::Ports;
pub use page::{InstancePage, PageFilter};

/// The longest that a request may wait for a state, in seconds.
pub const MAX_WAIT_S: u64 = 60;

/// The use cases around instances.
#[derive(Clone)]
pub struct Fleet {
    store: Store,
    nature: Nature,
    ports: Ports,
    addresses: Addresses,
    poke: Poke,
}

/// An instance with the person that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnedInstance {
    pub instance: Instance,
    pub user: User,
    pub group: thon_domain::group::Group,
}

impl Fleet {
    pub fn new(store: Store, nature: Nature, ports: Ports, addresses: Addresses, poke: Poke) -> Self {
        Self { store, nature, ports, addresses, poke }
    }

    /// How the addresses of editors are written.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Everything that the actor may see, as of one moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn view(&self, actor: &Actor) -> Result<FleetView, Error> {
        let addresses = self.addresses.clone();
        let view = self.store.read(move |c| Ok::<_, Error>(fleet::snapshot(c, addresses)?)).await?;
        Ok(view.seen_by(&actor.sight()))
    }

    /// Asks for a user's instance to run. The answer is what is so now: `Pending`.
    ///
    /// # Errors
    /// `Conflict` when it runs or starts already, `NotFound` when there is no such user.
    pub async fn launch(&self, actor: &Actor, user: UserId) -> Result<Instance, Error> {
        actor.may(Action::Launch(user))?;
        let fleet = self.clone();
        let instance = self
            .store
            .write(self.stamp(actor), move |w| {
                let user = users::find(w, user)?.ok_or_else(|| Error::not_found("such user"))?;
                fleet.launch_one(w, &user)?.ok_or_else(|| already_there(&user))
            })
            .await?;
        self.poke.poke(instance.id);
        Ok(instance)
    }

    /// Asks for the instance of everybody who has none, in one group or in all.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn launch_missing(&self, actor: &Actor, group: Option<GroupId>) -> Result<Vec<Instance>, Error> {
        actor.may(Action::SeeFleet)?;
        let fleet = self.clone();
        let launched = self
            .store
            .write(self.stamp(actor), move |w| {
                let users = match group {
                    Some(group) => users::of_group(w, group)?,
                    None => users::all(w)?,
                };
                let mut launched = Vec::new();
                for user in &users {
                    launched.extend(fleet.launch_one(w, user)?);
                }
                Ok::<_, Error>(launched)
            })
            .await?;
        for instance in &launched {
            self.poke.poke(instance.id);
        }
        Ok(launched)
    }

    /// Asks for an instance to end. Its files stay. One that has ended already is fine.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance, `Forbidden` when it is somebody else's.
    pub async fn terminate(&self, actor: &Actor, id: InstanceId) -> Result<Instance, Error> {
        let actor = actor.clone();
        let instance = self
            .store
            .write(self.stamp(&actor), move |w| {
                let before = instances::find(w, id)?.ok_or_else(no_instance)?;
                actor.may(Action::Terminate(before.user))?;
                if before.intent == Intent::Terminate {
                    return Ok::<_, Error>(before);
                }
                let after = Instance {
                    intent: Intent::Terminate,
                    state: State::Stopping,
                    state_since: w.at(),
                    attempts: 0,
                    next_attempt_at: None,
                    ..before.clone()
                };
                replace(w, &before, &after)?;
                w.record(Change::InstanceStopping { instance: after.clone() })?;
                Ok(after)
            })
            .await?;
        self.poke.poke(instance.id);
        Ok(instance)
    }

    /// One instance with its person.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when it is somebody else's.
    pub async fn instance(&self, actor: &Actor, id: InstanceId) -> Result<OwnedInstance, Error> {
        let owned = self.store.read(move |c| page::owned(c, id)).await?;
        actor.may(Action::SeeUser(owned.user.id))?;
        Ok(owned)
    }

    /// The instance of a user, if they ever had one.
    ///
    /// # Errors
    /// `Forbidden` when it is somebody else's.
    pub async fn instance_of(&self, actor: &Actor, user: UserId) -> Result<Option<Instance>, Error> {
        actor.may(Action::SeeUser(user))?;
        self.store.read(move |c| Ok(instances::of_user(c, user)?)).await
    }

    /// A page of the instances that the actor may see, with their people.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn page(&self, actor: &Actor, filter: PageFilter, page: PageRequest) -> Result<InstancePage, Error> {
        let sight = actor.sight();
        self.store.read(move |c| page::page(c, &sight, &filter, page)).await
    }

    /// Waits until an instance has arrived somewhere (running, terminated, failed), at most so long.
    ///
    /// # Errors
    /// As [`Fleet::instance`].
    pub async fn arrived(&self, actor: &Actor, id: InstanceId, at_most: Duration) -> Result<OwnedInstance, Error> {
        let mut bus = self.store.activity();
        let deadline = tokio::time::Instant::now() + at_most.min(Duration::from_secs(MAX_WAIT_S));
        loop {
            let owned = self.instance(actor, id).await?;
            if !owned.instance.state.is_on_the_way() {
                return Ok(owned);
            }
            // Any news makes us look again, so a lagging receiver loses nothing.
            if tokio::time::timeout_at(deadline, bus.recv()).await.is_err() {
                return Ok(owned);
            }
        }
    }

    fn stamp(&self, actor: &Actor) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause: actor.cause() }
    }
}

/// Writes the new form of an instance, if it is still what it was; says whether it was.
pub(crate) fn advance(w: &mut Writer<'_>, before: &Instance, after: &Instance) -> Result<bool, Error> {
    let (from, to) = (before.state, after.state);
    if from != to && !from.may_become(to) {
        return Err(Error::internal(NotATransition { from, to }));
    }
    Ok(instances::update(w, before, after)?)
}

/// A bug of ours: the state machine does not know this step.
#[derive(Debug, thiserror::Error)]
#[error("an instance never goes from {from} to {to}")]
struct NotATransition {
    from: State,
    to: State,
}

/// As [`advance`], for those who asked for it and have to be told.
fn replace(w: &mut Writer<'_>, before: &Instance, after: &Instance) -> Result<(), Error> {
    if advance(w, before, after)? {
        Ok(())
    } else {
        Err(Error::conflict("the instance has just changed", "Look at it again, then decide."))
    }
}

fn already_there(user: &User) -> Error {
    Error::conflict(
        format!("{} has an instance that runs or is about to", user.name),
        "Terminate it first, or open it.",
    )
}

fn no_instance() -> Error {
    Error::not_found("such instance")
}
