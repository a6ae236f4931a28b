//! Events: made, changed, archived, deleted, and who is in them.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{
    event::JoinPolicy,
    id::{EventId, GroupId},
};

use super::{codec::Answer, error::ApiError, people::Files};

/// When an event takes place, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// As browsers write local times, for example `2026-11-27T09:00`; empty for none.
    pub starts_at: String,
    pub ends_at: String,
    /// A name of the IANA database; empty for UTC.
    pub time_zone: String,
}

/// A group of an event, archived or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventGroup {
    pub id: GroupId,
    pub name: String,
    pub title: Option<String>,
    /// The names of everybody in it.
    pub people: Vec<String>,
}

/// Tells who is in an event.
#[server(name = ReadEventGroups, prefix = "/sfn", endpoint = "event_groups", input = GetUrl, output = Answer)]
pub async fn event_groups(id: EventId) -> Result<Vec<EventGroup>, ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    super::context::event_groups(&directory, &actor, id).await
}

/// Makes an event and shows it.
#[server(prefix = "/sfn", endpoint = "create_event", output = Answer)]
pub async fn create_event(
    event_id: String,
    title: String,
    when: When,
    join_policy: JoinPolicy,
) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let made = directory.create_event(&actor, super::context::new_event(event_id, title, when, join_policy)).await?;
    super::context::lead_to(&format!("/events/{}", made.id));
    Ok(())
}

/// Changes an event, which people call by this id so far.
#[server(prefix = "/sfn", endpoint = "edit_event", output = Answer)]
pub async fn edit_event(
    event: String,
    event_id: String,
    title: String,
    when: When,
    join_policy: JoinPolicy,
) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let edit = super::context::event_edit(event_id, title, when, join_policy);
    let changed = directory.edit_event(&actor, event, edit).await?;
    super::context::lead_form_to(&format!("/events/{}", changed.id));
    Ok(())
}

/// Archives an event, or takes it out of the archive.
#[server(prefix = "/sfn", endpoint = "archive_event", output = Answer)]
pub async fn archive_event(event: String, archived: bool) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let event = if archived {
        directory.archive_event(&actor, event).await?
    } else {
        directory.unarchive_event(&actor, event).await?
    };
    super::context::lead_form_to(&format!("/events/{}", event.id));
    Ok(())
}

/// Deletes an event with its groups and everybody in them. Their sandboxes end.
#[server(prefix = "/sfn", endpoint = "delete_event", output = Answer)]
pub async fn delete_event(event: EventId, files: Files) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    let event_id = super::context::event_of(&directory, event).await?.event_id;
    directory.delete_event(&actor, event_id, super::context::fate(files)).await?;
    super::context::lead_to("/events");
    Ok(())
}
