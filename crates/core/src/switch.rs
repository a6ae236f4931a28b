//! Switching between events: who runs several looks at one of them at a time.

use thon_domain::{
    event::{Event, EventSize},
    id::EventId,
    role::Role,
};
use thon_store::{Store, events};

use crate::{accounts::round, actor::Actor, error::Error};

/// The use cases of looking at one event of several.
#[derive(Clone)]
pub struct Switch {
    store: Store,
}

impl Switch {
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// The current events that somebody runs, the oldest first, with how much is in each.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events(&self, actor: &Actor) -> Result<Vec<(Event, EventSize)>, Error> {
        if !actor.role.organizes() {
            return Ok(Vec::new());
        }
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let mut tallied = events::sizes(c)?;
                let theirs = events::current(c)?.into_iter().filter(|event| actor.runs_event(event.id));
                let sized = |event: Event| {
                    let size = tallied.remove(&event.id).unwrap_or_default();
                    (event, size)
                };
                Ok(theirs.map(sized).collect())
            })
            .await
    }

    /// The actor as somebody who runs this event only; nobody when it is no current one, or not theirs to run.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn within(&self, actor: &Actor, event: EventId) -> Result<Option<Actor>, Error> {
        if !actor.role.organizes() {
            return Ok(None);
        }
        let actor = actor.clone();
        self.store
            .read(move |c| {
                if events::find(c, event)?.is_none_or(|event| event.is_archived()) {
                    return Ok(None);
                }
                Ok(actor.in_event(round(c, event, Role::Organizer)?))
            })
            .await
    }
}

#[cfg(test)]
mod tests;
