//! The fleet: everybody's instances, and what people want of them.
//!
//! A use case only writes the intent and pokes; [`crate::task::reconcile_instances`] makes it true.

use std::time::Duration;

use serde::Serialize;
use thon_domain::{
    address::Addresses,
    id::{InstanceId, UserId},
    instance::{Instance, State},
    live::{Change, FleetView, QueuePlaces},
    page::PageRequest,
    user::User,
};
use thon_store::{Stamp, Store, Writer, fleet, instances};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    poke::Poke,
};

mod change;
pub(crate) mod expiry;
pub(crate) mod job;
mod launch;
mod launch_all;
pub mod next_step;
mod operation;
mod page;
mod sources;

pub use change::Outcome;
pub use job::{Cancelled, ItemView, JobPage, JobView, Many};
pub use launch::{LaunchChoice, LaunchDefaults, LaunchInstance};
pub use launch_all::LaunchOutcome;
pub use operation::Operation;
pub use page::{InstancePage, PageFilter};

/// The longest that a request may wait for a state, in seconds.
pub const MAX_WAIT_S: u64 = 60;

/// The use cases around instances.
#[derive(Clone)]
pub struct Fleet {
    store: Store,
    nature: Nature,
    defaults: LaunchDefaults,
    addresses: Addresses,
    poke: Poke,
}

/// An instance with the person that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnedInstance {
    pub instance: Instance,
    pub user: User,
    pub group: thon_domain::group::Group,
    /// What to tell when the files are kept otherwise than those of new people.
    pub kept_elsewhere: Option<String>,
}

impl Fleet {
    pub fn new(store: Store, nature: Nature, defaults: LaunchDefaults, addresses: Addresses, poke: Poke) -> Self {
        Self { store, nature, defaults, addresses, poke }
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

    /// Who waits for a start, as far as the actor may see, counted from 1.
    pub fn queue(&self, actor: &Actor) -> QueuePlaces {
        actor.sight().queue(&self.poke.queue())
    }

    /// One instance with its person.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when it is somebody else's.
    pub async fn instance(&self, actor: &Actor, id: InstanceId) -> Result<OwnedInstance, Error> {
        let storage = self.defaults.storage.clone();
        let owned = self.store.read(move |c| page::owned(c, id, &storage)).await?;
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
        let (sight, storage) = (actor.sight(), self.defaults.storage.clone());
        self.store.read(move |c| page::page(c, (&sight, &filter), page, &storage)).await
    }

    /// Waits until an instance has arrived somewhere (running, paused, terminated, failed), at most so long.
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
    let written = instances::update(w, before, after)?;
    if written {
        job::settle(w, after)?;
    }
    Ok(written)
}

/// A bug of ours: the state machine does not know this step.
#[derive(Debug, thiserror::Error)]
#[error("an instance never goes from {from} to {to}")]
struct NotATransition {
    from: State,
    to: State,
}

/// Writes what was asked for and tells of it.
pub(crate) fn replace(w: &mut Writer<'_>, before: &Instance, change: Change) -> Result<Instance, Error> {
    let Some(after) = change.instance().cloned() else { return Ok(before.clone()) };
    if !advance(w, before, &after)? {
        return Err(Error::conflict("the instance has just changed", "Look at it again, then decide."));
    }
    w.record(change)?;
    Ok(after)
}

pub(crate) fn no_instance() -> Error {
    Error::not_found("such instance")
}
