//! What people ask for: new events, groups and users, and what shall be different about those that are there.
//!
//! In an edit, what is not said stays.

use serde::{Deserialize, Deserializer};
use thon_domain::{
    event::{Event, JoinPolicy},
    group::Group,
    sandbox::SandboxOverrides,
    user::User,
};

use super::fields::Fields;
use crate::error::Error;

/// What shall become of a value that may be missing. In JSON: the key is left out, `null`, or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wish<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Wish<T> {
    /// Reads the wish with a function that knows what may be set; `None` means that nothing is said.
    fn read<U>(self, read: impl FnOnce(Option<T>) -> U) -> Option<U> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(read(None)),
            Self::Set(value) => Some(read(Some(value))),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wish<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

/// A new event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEvent {
    pub event_id: String,
    pub title: Option<String>,
    pub schedule: ScheduleEdit,
    pub join_policy: JoinPolicy,
}

/// What shall be different about when an event takes place. Times are local ones of its zone (`2026-11-27T09:00`), or have an
/// offset (RFC 3339).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleEdit {
    pub starts_at: Wish<String>,
    pub ends_at: Wish<String>,
    /// A name of the IANA database, for example `Europe/Berlin`.
    pub time_zone: Option<String>,
}

/// What shall be different about an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventEdit {
    pub event_id: Option<String>,
    pub title: Wish<String>,
    pub schedule: ScheduleEdit,
    pub join_policy: Option<JoinPolicy>,
}

/// A new group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewGroup {
    /// The id that people write for the event; the oldest that is not archived when none is named.
    pub event_id: Option<String>,
    pub name: String,
    pub title: Option<String>,
    pub sandbox: SandboxOverrides,
}

/// What shall be different about a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupEdit {
    pub name: Option<String>,
    pub title: Wish<String>,
    pub sandbox: Wish<SandboxOverrides>,
}

/// A new user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewUser {
    pub name: String,
    pub email: Option<String>,
    pub sandbox: SandboxOverrides,
}

/// What shall be different about a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserEdit {
    pub name: Option<String>,
    pub email: Wish<String>,
    pub sandbox: Wish<SandboxOverrides>,
}

impl EventEdit {
    /// The event as it shall be.
    pub(super) fn of(self, event: &Event) -> Result<Event, Error> {
        let mut fields = Fields::default();
        let event_id = self.event_id.and_then(|id| fields.event_id(&id));
        let title = self.title.read(|title| fields.title(title.as_deref()));
        let schedule = fields.schedule(&event.schedule, &self.schedule);
        fields.finish(Some(Event {
            event_id: event_id.unwrap_or_else(|| event.event_id.clone()),
            title: title.unwrap_or_else(|| event.title.clone()),
            schedule: schedule.unwrap_or_default(),
            join_policy: self.join_policy.unwrap_or(event.join_policy),
            ..event.clone()
        }))
    }
}

impl GroupEdit {
    /// The group as it shall be.
    pub(super) fn of(self, group: &Group) -> Result<Group, Error> {
        let mut fields = Fields::default();
        let name = self.name.and_then(|name| fields.name("name", &name));
        let title = self.title.read(|title| fields.title(title.as_deref()));
        let sandbox = self.sandbox.read(|sandbox| fields.sandbox(sandbox.unwrap_or_default()));
        fields.finish(Some(Group {
            name: name.unwrap_or_else(|| group.name.clone()),
            title: title.unwrap_or_else(|| group.title.clone()),
            sandbox: sandbox.unwrap_or_else(|| group.sandbox.clone()),
            ..group.clone()
        }))
    }
}

impl UserEdit {
    /// The user as they shall be. Slug and workspace are theirs for ever.
    pub(super) fn of(self, user: &User) -> Result<User, Error> {
        let mut fields = Fields::default();
        let name = self.name.and_then(|name| fields.name("username", &name));
        let email = self.email.read(|email| fields.email(email.as_deref()));
        let sandbox = self.sandbox.read(|sandbox| fields.sandbox(sandbox.unwrap_or_default()));
        fields.finish(Some(User {
            name: name.unwrap_or_else(|| user.name.clone()),
            email: email.unwrap_or_else(|| user.email.clone()),
            sandbox: sandbox.unwrap_or_else(|| user.sandbox.clone()),
            ..user.clone()
        }))
    }
}
