//! Events, groups and users.

use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;
use thon_core::directory::{GroupWithUsers, Person};
use thon_domain::{
    event::{Event, JoinPolicy, Schedule},
    id::{EventId, GroupId, InstanceId, UserId},
    instance::State,
    name::{GroupName, UserName},
    sandbox::SandboxOverrides,
    slug::Slug,
    workspace::{Storage, Workspace},
};
use utoipa::ToSchema;

/// An event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventRecord {
    pub id: EventId,
    /// The id that people write, for example `hackathon-2026-spring`.
    pub event_id: String,
    pub title: Option<String>,
    /// As the clocks at the venue show it.
    pub starts_at: Option<DateTime<FixedOffset>>,
    pub ends_at: Option<DateTime<FixedOffset>>,
    /// The venue's, by its name in the IANA database.
    pub time_zone: String,
    pub join_policy: JoinPolicy,
    /// Since when nothing starts in it, and nobody comes into it.
    pub archived_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<Event> for EventRecord {
    fn from(event: Event) -> Self {
        let Event { id, event_id, title, schedule, join_policy, archived_at, created_at, updated_at } = event;
        let Schedule { starts_at, ends_at, time_zone } = schedule;
        Self { id, event_id, title, starts_at, ends_at, time_zone, join_policy, archived_at, created_at, updated_at }
    }
}

/// A group with its users.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupInfo {
    pub id: GroupId,
    pub name: GroupName,
    /// The id that people write for its event.
    pub event_id: String,
    pub title: Option<String>,
    /// What the sandboxes of its people have instead of the configured values.
    pub sandbox: SandboxOverrides,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub users: Vec<UserRecord>,
}

impl From<GroupWithUsers> for GroupInfo {
    fn from(GroupWithUsers { group, event_id, users }: GroupWithUsers) -> Self {
        Self {
            id: group.id,
            name: group.name,
            event_id,
            title: group.title,
            sandbox: group.sandbox,
            created_at: group.created_at,
            updated_at: group.updated_at,
            users: users.into_iter().map(UserRecord::from).collect(),
        }
    }
}

/// A user as part of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserRecord {
    pub id: UserId,
    pub group_id: GroupId,
    pub username: UserName,
    pub email: Option<String>,
    pub slug: Slug,
    /// The id of their instance, which outlives every sandbox.
    pub sandbox_id: Option<InstanceId>,
    /// The volume or the directory of their work, from their first start on.
    pub workspace_path: Option<String>,
    /// Always `null`: what a group shares hangs on the group.
    pub storage_path: Option<String>,
    /// What their sandbox has instead of the group's and the configured values.
    pub sandbox: SandboxOverrides,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<Person> for UserRecord {
    fn from(person: Person) -> Self {
        let workspace_path = person.workspace.as_ref().and_then(path);
        let Person { user, instance, .. } = person;
        Self {
            id: user.id,
            group_id: user.group,
            username: user.name,
            email: user.email,
            slug: user.slug,
            sandbox_id: instance.map(|(id, _)| id),
            workspace_path,
            storage_path: None,
            sandbox: user.sandbox,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A user with what they run.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserResponse {
    pub id: UserId,
    pub group_id: GroupId,
    pub group: GroupName,
    pub username: UserName,
    pub email: Option<String>,
    pub slug: Slug,
    /// The id of their instance, which outlives every sandbox.
    pub sandbox_id: Option<InstanceId>,
    pub instance_state: Option<State>,
    /// The volume or the directory of their work; before their first start where it will be inside of the sandbox.
    pub workspace_path: String,
    /// What their sandbox has instead of the group's and the configured values.
    pub sandbox: SandboxOverrides,
}

impl From<Person> for UserResponse {
    fn from(person: Person) -> Self {
        let workspace_path = person.workspace.as_ref().and_then(path).unwrap_or_else(|| "/workspace".to_owned());
        let Person { user, group_name, instance, .. } = person;
        Self {
            id: user.id,
            group_id: user.group,
            group: group_name,
            username: user.name,
            email: user.email,
            slug: user.slug,
            sandbox_id: instance.map(|(id, _)| id),
            instance_state: instance.map(|(_, state)| state),
            workspace_path,
            sandbox: user.sandbox,
        }
    }
}

/// Where the work is kept, if it outlives the sandbox.
fn path(workspace: &Workspace) -> Option<String> {
    match &workspace.storage {
        Storage::Volumes => Some(workspace.workspace_volume.clone()),
        Storage::Bind { path } => Some(path.clone()),
        Storage::Ephemeral => None,
    }
}
