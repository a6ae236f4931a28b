//! What forms say of events, and what pages are told of them.

use thon_core::{
    actor::{Action, Actor},
    directory::{Directory, EventEdit, GroupWithUsers, GroupsWanted, NewEvent, ScheduleEdit, Wish},
    error::Error,
};
use thon_domain::{
    event::{Event, JoinPolicy},
    id::EventId,
};

use super::ApiError;
use crate::api::events::{EventGroup, When};

/// An event as a form says it.
pub fn new_event(event_id: String, title: String, when: When, join_policy: JoinPolicy) -> NewEvent {
    NewEvent { event_id, title: Some(title), schedule: schedule(when), join_policy }
}

/// What a form says about an event that is there.
pub fn event_edit(event_id: String, title: String, when: When, join_policy: JoinPolicy) -> EventEdit {
    EventEdit {
        event_id: Some(event_id),
        title: Wish::Set(title),
        schedule: schedule(when),
        join_policy: Some(join_policy),
    }
}

fn schedule(When { starts_at, ends_at, time_zone }: When) -> ScheduleEdit {
    ScheduleEdit { starts_at: Wish::Set(starts_at), ends_at: Wish::Set(ends_at), time_zone: Some(time_zone) }
}

/// The event of an id.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn event_of(directory: &Directory, id: EventId) -> Result<Event, ApiError> {
    let found = directory.events().await?.into_iter().find(|event| event.id == id);
    found.ok_or_else(|| Error::not_found("such event").into())
}

/// Who is in an event, archived or not.
///
/// # Errors
/// `NotFound` when there is none, `Forbidden` for those who do not run events.
pub async fn event_groups(directory: &Directory, actor: &Actor, id: EventId) -> Result<Vec<EventGroup>, ApiError> {
    actor.may(Action::SeeFleet)?;
    let event_id = Some(event_of(directory, id).await?.event_id);
    let groups = directory.groups(actor, GroupsWanted { event_id, ..GroupsWanted::default() }).await?.groups;
    Ok(groups.into_iter().map(told).collect())
}

fn told(GroupWithUsers { group, users, .. }: GroupWithUsers) -> EventGroup {
    EventGroup {
        id: group.id,
        name: group.name.to_string(),
        title: group.title,
        people: users.into_iter().map(|person| person.user.name.to_string()).collect(),
    }
}
