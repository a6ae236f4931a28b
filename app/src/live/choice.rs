//! The events that a page may show, and the one that was chosen.

use leptos::prelude::*;
use thon_domain::{
    event::{Event, EventSize},
    id::EventId,
    live::FleetView,
    user::User,
};

use super::{
    FleetStore,
    roster::{self, Tally},
};
use crate::api::fleet::Choice;

impl Choice {
    /// The one event of which everything on the page is.
    fn only(&self) -> Option<EventId> {
        self.chosen.filter(|_| !self.whole)
    }
}

impl FleetStore {
    /// The event that was chosen.
    pub fn chosen(self) -> Memo<Option<Event>> {
        self.seen(move |view| self.choice().with(|choice| view.events.get(&choice.chosen?).cloned()))
    }

    /// The one event of which everything in the view is.
    pub fn only(self) -> Option<EventId> {
        self.choice().with_untracked(Choice::only)
    }

    /// The current events that the viewer runs, the oldest first.
    pub fn events(self) -> Memo<Vec<(EventId, String)>> {
        self.seen(move |view| {
            let theirs =
                |event: &&Event| self.choice().with(|choice| choice.all || choice.events.contains_key(&event.id));
            let current = view.events.values().filter(|event| !event.is_archived()).filter(theirs);
            current.map(|event| (event.id, event.name().to_owned())).collect()
        })
    }

    /// How much is in an event, or in all of them.
    pub fn size(self, event: Option<EventId>) -> Memo<EventSize> {
        self.seen(move |view| self.choice().with(|choice| size(view, choice, event)))
    }

    /// The counts of the event that was chosen, or of everybody.
    pub fn tally_of_chosen(self) -> Memo<Tally> {
        self.seen(move |view| {
            let chosen = self.choice().with(|choice| choice.chosen);
            roster::tally(view, |user| chosen.is_none_or(|event| is_of(view, user, event)))
        })
    }
}

fn is_of(view: &FleetView, user: &User, event: EventId) -> bool {
    view.groups.get(&user.group).is_some_and(|group| group.event == event)
}

/// Of an event that is not in the view it is known how much was in it when the page was made.
fn size(view: &FleetView, choice: &Choice, event: Option<EventId>) -> EventSize {
    let only = choice.only();
    match event {
        Some(id) if only.is_some_and(|only| only != id) => choice.events.get(&id).copied().unwrap_or_default(),
        Some(id) => EventSize {
            groups: view.groups.values().filter(|group| group.event == id).count(),
            people: view.users.values().filter(|user| is_of(view, user, id)).count(),
        },
        None if only.is_some() => {
            let each = choice.events.keys().map(|id| size(view, choice, Some(*id)));
            each.fold(EventSize::default(), |all, one| EventSize {
                groups: all.groups + one.groups,
                people: all.people + one.people,
            })
        }
        None => EventSize { groups: view.groups.len(), people: view.users.len() },
    }
}
