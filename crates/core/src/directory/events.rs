//! Events: made, renamed, retitled, deleted.

use thon_domain::{event::Event, id::EventId, live::Change};
use thon_store::{Connection, Writer, events, groups};

use super::{
    Directory,
    fields::Fields,
    removal::{Removal, VolumeFate},
    requests::{EventEdit, NewEvent},
};
use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
};

/// The event that groups belong to when no file and no configuration names one.
pub(super) const DEFAULT_EVENT: &str = "default";

impl Directory {
    /// All events, the oldest first. Everybody who is signed in knows them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events(&self) -> Result<Vec<Event>, Error> {
        self.store.read(|c| Ok(events::all(c)?)).await
    }

    /// The event that people call by this id.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn event(&self, event_id: String) -> Result<Event, Error> {
        self.store.read(move |c| named(c, &event_id)).await
    }

    /// Makes an event.
    ///
    /// # Errors
    /// `Invalid` when a field cannot be so, `Conflict` when the id is taken, `Forbidden` for those who may not.
    pub async fn create_event(&self, actor: &Actor, new: NewEvent) -> Result<Event, Error> {
        actor.may(Action::EditEvents)?;
        let mut fields = Fields::default();
        let (id, title) = (fields.event_id(&new.event_id), fields.title(new.title.as_deref()));
        let event_id = fields.finish(id)?;
        let nature = self.nature.clone();
        self.store.write(self.stamp(actor), move |w| insert(w, &nature, event_id, title)).await
    }

    /// Changes an event.
    ///
    /// # Errors
    /// `NotFound`, else as [`Directory::create_event`].
    pub async fn edit_event(&self, actor: &Actor, event_id: String, edit: EventEdit) -> Result<Event, Error> {
        actor.may(Action::EditEvents)?;
        self.store
            .write(self.stamp(actor), move |w| {
                let before = named(w, &event_id)?;
                let after = edit.of(&before)?;
                if after == before {
                    return Ok(before);
                }
                let event = Event { updated_at: w.at(), ..after };
                events::update(w, &event)?;
                w.record(Change::EventChanged { event: event.clone() })?;
                Ok(event)
            })
            .await
    }

    /// What deleting an event would take with it.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` for those who may not.
    pub async fn removal_of_event(&self, actor: &Actor, event_id: String) -> Result<Removal, Error> {
        actor.may(Action::EditEvents)?;
        self.store
            .read(move |c| {
                let event = named(c, &event_id)?;
                Removal::of_event(c, &event)
            })
            .await
    }

    /// Deletes an event with its groups and everybody in them. Volumes stay unless they shall go.
    ///
    /// # Errors
    /// As [`Directory::removal_of_event`].
    pub async fn delete_event(&self, actor: &Actor, event_id: String, volumes: VolumeFate) -> Result<Removal, Error> {
        actor.may(Action::EditEvents)?;
        let removal = self
            .store
            .write(self.stamp(actor), move |w| {
                let event = named(w, &event_id)?;
                let removal = Removal::of_event(w, &event)?;
                removal.carry_out(w, volumes)?;
                let groups = groups::of_event(w, event.id)?;
                events::delete(w, event.id)?;
                w.record_all(groups.into_iter().map(|group| Change::GroupDeleted { group }))?;
                w.record(Change::EventDeleted { event })?;
                Ok::<_, Error>(removal)
            })
            .await?;
        self.poke_all(&removal);
        Ok(removal)
    }
}

/// The event that people call by this id.
pub(super) fn named(c: &mut Connection, event_id: &str) -> Result<Event, Error> {
    events::by_event_id(c, event_id)?.ok_or_else(|| Error::not_found(format!("event {event_id:?}")))
}

/// The event that a new group belongs to: the one that is named, else the oldest, else one that is made now.
pub(super) fn for_new_group(w: &mut Writer<'_>, nature: &Nature, event_id: Option<&str>) -> Result<Event, Error> {
    if let Some(event_id) = event_id {
        return named(w, event_id);
    }
    match events::all(w)?.into_iter().next() {
        Some(event) => Ok(event),
        None => insert(w, nature, DEFAULT_EVENT.to_owned(), None),
    }
}

fn insert(w: &mut Writer<'_>, nature: &Nature, event_id: String, title: Option<String>) -> Result<Event, Error> {
    let id = EventId::new(nature.ids.next());
    let event = Event { id, event_id, title, created_at: w.at(), updated_at: w.at() };
    events::insert(w, &event)?;
    w.record(Change::EventCreated { event: event.clone() })?;
    Ok(event)
}
