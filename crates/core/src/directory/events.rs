//! Events: made, changed, archived, deleted.

use std::collections::HashSet;

use thon_domain::{
    event::{Event, Schedule},
    id::EventId,
    instance::State,
    live::Change,
    role::Role,
};
use thon_store::{Connection, Writer, events, groups, instances, users};

use super::{
    Directory,
    fields::Fields,
    removal::{Removal, VolumeFate},
    requests::{EventEdit, NewEvent},
};
use crate::{
    accounts::grant,
    actor::{Action, Actor},
    archive,
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

    /// Makes an event. Whoever makes it organizes it.
    ///
    /// # Errors
    /// `Invalid` when a field cannot be so, `Conflict` when the id is taken, `Forbidden` for those who do not run all events.
    pub async fn create_event(&self, actor: &Actor, new: NewEvent) -> Result<Event, Error> {
        actor.may(Action::EditEvents)?;
        actor.must_run_all()?;
        let mut fields = Fields::default();
        let (id, title) = (fields.event_id(&new.event_id), fields.title(new.title.as_deref()));
        let schedule = fields.schedule(&Schedule::default(), &new.schedule);
        let (event_id, schedule) = fields.finish(id.zip(schedule))?;
        let (nature, actor, join_policy) = (self.nature.clone(), actor.clone(), new.join_policy);
        self.store
            .write(self.stamp(&actor), move |w| {
                let event = Event::new(EventId::new(nature.ids.next()), event_id, w.at());
                insert(w, &nature, &actor, Event { title, schedule, join_policy, ..event })
            })
            .await
    }

    /// Changes an event.
    ///
    /// # Errors
    /// `NotFound`, else as [`Directory::create_event`].
    pub async fn edit_event(&self, actor: &Actor, event_id: String, edit: EventEdit) -> Result<Event, Error> {
        actor.may(Action::EditEvents)?;
        let actor = actor.clone();
        self.store
            .write(self.stamp(&actor), move |w| {
                let before = run(w, &actor, &event_id)?;
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

    /// Archives an event: nothing starts in it, nobody comes into it, and lists leave it out. Everything is kept.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Conflict` while somebody's sandbox is there, `Forbidden` for those who may not.
    pub async fn archive_event(&self, actor: &Actor, event_id: String) -> Result<Event, Error> {
        actor.may(Action::EditEvents)?;
        let actor = actor.clone();
        self.store
            .write(self.stamp(&actor), move |w| {
                let before = run(w, &actor, &event_id)?;
                if before.is_archived() {
                    return Ok(before);
                }
                nobody_works(w, &before)?;
                let event = Event { archived_at: Some(w.at()), updated_at: w.at(), ..before };
                events::update(w, &event)?;
                w.record(Change::EventArchived { event: event.clone() })?;
                Ok(event)
            })
            .await
    }

    /// Takes an event out of the archive.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` for those who may not.
    pub async fn unarchive_event(&self, actor: &Actor, event_id: String) -> Result<Event, Error> {
        actor.may(Action::EditEvents)?;
        let actor = actor.clone();
        self.store
            .write(self.stamp(&actor), move |w| {
                let before = run(w, &actor, &event_id)?;
                if !before.is_archived() {
                    return Ok(before);
                }
                let event = Event { archived_at: None, updated_at: w.at(), ..before };
                events::update(w, &event)?;
                w.record(Change::EventUnarchived { event: event.clone() })?;
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
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let event = run(c, &actor, &event_id)?;
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
        let actor = actor.clone();
        let removal = self
            .store
            .write(self.stamp(&actor), move |w| {
                let event = run(w, &actor, &event_id)?;
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

/// The event that people call by this id, for whoever runs it.
pub(super) fn run(c: &mut Connection, actor: &Actor, event_id: &str) -> Result<Event, Error> {
    let event = named(c, event_id)?;
    actor.must_run(event.id)?;
    Ok(event)
}

/// The event that is meant where none is named: the oldest of theirs that is not archived, else the one by the usual id.
pub(super) fn usual(c: &mut Connection, actor: &Actor) -> Result<Option<Event>, Error> {
    match archive::oldest_current(c, actor)? {
        None => Ok(events::by_event_id(c, DEFAULT_EVENT)?),
        found => Ok(found),
    }
}

/// The event that a new group belongs to: the one that is named, else the usual one, which is made where there is none.
pub(super) fn for_new_group(
    w: &mut Writer<'_>,
    nature: &Nature,
    actor: &Actor,
    event_id: Option<&str>,
) -> Result<Event, Error> {
    let there = match event_id {
        Some(event_id) => Some(named(w, event_id)?),
        None => usual(w, actor)?,
    };
    let Some(event) = there else {
        actor.must_run_all()?;
        let event = Event::new(EventId::new(nature.ids.next()), DEFAULT_EVENT.to_owned(), w.at());
        return insert(w, nature, actor, event);
    };
    actor.must_run(event.id)?;
    archive::current(&event)?;
    Ok(event)
}

/// Refuses to put away what people work in.
fn nobody_works(c: &mut Connection, event: &Event) -> Result<(), Error> {
    let there: HashSet<_> = users::of_event(c, event.id)?.into_iter().collect();
    let over = |state| matches!(state, State::Terminated | State::Failed);
    let all = instances::all(c)?;
    let what = match all.iter().filter(|one| there.contains(&one.user) && !over(one.state)).count() {
        0 => return Ok(()),
        1 => format!("a sandbox of {} has not ended", event.name()),
        count => format!("{count} sandboxes of {} have not ended", event.name()),
    };
    Err(Error::conflict(what, "Terminate what runs first: files stay."))
}

/// Keeps a new event. Whoever makes it organizes it.
pub(super) fn insert(w: &mut Writer<'_>, nature: &Nature, actor: &Actor, event: Event) -> Result<Event, Error> {
    events::insert(w, &event)?;
    w.record(Change::EventCreated { event: event.clone() })?;
    if let Some(account) = actor.account.filter(|_| actor.role == Role::Organizer) {
        grant(w, nature, account, Some(event.id), Role::Organizer)?;
    }
    Ok(event)
}
