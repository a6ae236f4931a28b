//! Doing something with instances that exist: one, or many with an answer for each.

use std::collections::HashSet;

use thon_domain::{
    id::{InstanceId, JobId},
    instance::Instance,
};
use thon_store::{Writer, instances};

use super::{
    Fleet, Many, Operation,
    job::{Draft, passing},
    no_instance, replace,
};
use crate::{
    actor::Actor,
    archive,
    error::Error,
    fault::{Point, point},
};

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
        let instance = self.store.write(self.stamp(&actor), move |w| change(w, &actor, id, operation)).await?;
        point(Point::IntentCommitted);
        self.poke.poke(instance.id);
        Ok(instance)
    }

    /// Asks the same of many instances, each on its own: one that is refused holds up no other.
    ///
    /// The outcomes are in the order of the ids; an id that comes twice is asked once. All is written at once, with the
    /// job that tells how far it is.
    ///
    /// # Errors
    /// When the database does not answer: then nobody was asked.
    pub async fn change_all(
        &self,
        actor: &Actor,
        mut ids: Vec<InstanceId>,
        operation: Operation,
    ) -> Result<Many<Outcome>, Error> {
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(*id));
        let (who, job) = (actor.clone(), JobId::new(self.nature.ids.next()));
        let many = self
            .store
            .write(self.stamp(actor), move |w| {
                let (mut draft, mut each) = (Draft::new(job, operation.kind(), w), Vec::with_capacity(ids.len()));
                for id in ids {
                    let result = passing(change(w, &who, id, operation))?;
                    draft.note_instance(w, id, &result)?;
                    each.push(Outcome { id, result });
                }
                Ok::<_, Error>(Many { job: draft.begin(w)?, each })
            })
            .await?;
        self.poke_those(many.each.iter().filter_map(|outcome| outcome.result.as_ref().ok()));
        Ok(many)
    }

    pub(super) fn poke_those<'a>(&self, instances: impl Iterator<Item = &'a Instance>) {
        instances.for_each(|instance| self.poke.poke(instance.id));
    }

    /// Asks for an instance to end. Its files stay. One that has ended already is fine.
    ///
    /// # Errors
    /// As [`Fleet::change`].
    pub async fn terminate(&self, actor: &Actor, id: InstanceId) -> Result<Instance, Error> {
        self.change(actor, id, Operation::Terminate).await
    }
}

/// Asks one instance, within a transaction.
fn change(w: &mut Writer<'_>, actor: &Actor, id: InstanceId, operation: Operation) -> Result<Instance, Error> {
    let before = instances::find(w, id)?.ok_or_else(no_instance)?;
    actor.may(operation.action(before.user))?;
    if matches!(operation, Operation::Resume | Operation::Recreate | Operation::Rescue) {
        archive::user(w, before.user)?;
    }
    match operation.on(&before, w.at())? {
        Some(change) => replace(w, &before, change),
        None => Ok(before),
    }
}
