//! Doing something with instances that exist: one, or many with an answer for each.

use std::collections::HashSet;

use futures::{StreamExt as _, stream};
use thon_domain::{id::InstanceId, instance::Instance};
use thon_store::instances;

use super::{Fleet, Operation, no_instance, replace};
use crate::{
    actor::Actor,
    error::Error,
    fault::{Point, point},
};

/// How many instances of one request are written at once.
pub(super) const PARALLEL: usize = 8;

/// What became of one instance of many.
#[derive(Debug)]
pub struct Outcome {
    pub id: InstanceId,
    pub result: Result<Instance, Error>,
}

impl Fleet {
    /// Asks for something to be done with an instance. The answer is what is so now, for example `Pausing`.
    ///
    /// What is so already is fine.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when it is not the actor's to ask, `Conflict` when its state does not
    /// allow it.
    pub async fn change(&self, actor: &Actor, id: InstanceId, operation: Operation) -> Result<Instance, Error> {
        let actor = actor.clone();
        let instance = self
            .store
            .write(self.stamp(&actor), move |w| {
                let before = instances::find(w, id)?.ok_or_else(no_instance)?;
                actor.may(operation.action(before.user))?;
                match operation.on(&before, w.at())? {
                    Some(change) => replace(w, &before, change),
                    None => Ok(before),
                }
            })
            .await?;
        point(Point::IntentCommitted);
        self.poke.poke(instance.id);
        Ok(instance)
    }

    /// Asks the same of many instances, each on its own: one that is refused holds up no other.
    ///
    /// The outcomes are in the order of the ids; an id that comes twice is asked once.
    pub async fn change_all(&self, actor: &Actor, mut ids: Vec<InstanceId>, operation: Operation) -> Vec<Outcome> {
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(*id));
        stream::iter(ids)
            .map(async |id| Outcome { id, result: self.change(actor, id, operation).await })
            .buffered(PARALLEL)
            .collect()
            .await
    }

    /// Asks for an instance to end. Its files stay. One that has ended already is fine.
    ///
    /// # Errors
    /// As [`Fleet::change`].
    pub async fn terminate(&self, actor: &Actor, id: InstanceId) -> Result<Instance, Error> {
        self.change(actor, id, Operation::Terminate).await
    }
}
