//! The published shapes, as programs of the earlier THON know them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use thon_core::fleet::OwnedInstance;
use thon_domain::{
    address::Addresses,
    id::{InstanceId, UserId},
    instance::{Failure, State},
    name::{GroupName, UserName},
    slug::Slug,
};
use utoipa::ToSchema;

mod import;
mod people;
mod removal;

pub use self::{
    import::Imported,
    people::{EventRecord, GroupInfo, UserRecord, UserResponse},
    removal::{DeleteQuery, Deleted, RemovalPreview},
};

/// The person that an instance belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstanceUser {
    pub id: UserId,
    pub group: GroupName,
    pub username: UserName,
    /// Empty when none is known.
    pub email: String,
}

/// An instance.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstanceInfo {
    pub id: InstanceId,
    pub user: InstanceUser,
    pub slug: Slug,
    pub state: State,
    pub state_since: DateTime<Utc>,
    /// The sandbox's port on 127.0.0.1, the same for the life of the instance.
    pub port: u16,
    /// Where to open the editor, the best that works.
    pub url: String,
    pub local_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub generation: u32,
    pub image: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl InstanceInfo {
    pub fn new(owned: OwnedInstance, addresses: &Addresses) -> Self {
        let OwnedInstance { instance, user, group } = owned;
        let url = addresses.editor(&user.slug);
        Self {
            id: instance.id,
            user: InstanceUser {
                id: user.id,
                group: group.name,
                username: user.name,
                email: user.email.unwrap_or_default(),
            },
            slug: user.slug,
            state: instance.state,
            state_since: instance.state_since,
            port: instance.host_port,
            local_url: url.clone(),
            url,
            failure: instance.failure,
            next_attempt_at: instance.next_attempt_at,
            generation: instance.generation,
            image: instance.image,
            created_at: instance.created_at,
        }
    }
}
