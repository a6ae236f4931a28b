//! The published shapes, as programs of the earlier THON know them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use thon_core::fleet::OwnedInstance;
use thon_domain::{
    address::{Addresses, Doorway, Pattern},
    endpoint::{Endpoint, NetworkMode},
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
    /// Where the runtime has the sandbox; `null` while there is none.
    #[schema(value_type = Option<String>, example = "127.0.0.1:8443")]
    pub endpoint: Option<Endpoint>,
    pub network_mode: NetworkMode,
    /// Where to open the editor, the best of the three that there is.
    pub url: String,
    /// Under the server's domain, where it has one.
    pub domain_url: Option<String>,
    /// Under the server's public address, where it has one.
    pub public_url: Option<String>,
    /// On the machine that THON runs on.
    pub local_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub generation: u32,
    pub image: Option<String>,
    /// When it is ended; `null` when never, or not known yet.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether its editor asks the person for a password; `POST /api/instances/{id}/password` tells it.
    pub secure: bool,
    /// Whether its files go with its sandbox.
    pub ephemeral: bool,
    /// Whether its home is empty, with the person's own beside it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rescue: bool,
    /// Said when the files are kept otherwise than those of new people, as the configuration has it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_elsewhere: Option<String>,
    /// Its place among those who wait for their start, from 1.
    pub queue_position: Option<u32>,
    /// Nothing yet: here because programs of the earlier THON read it.
    pub metadata: BTreeMap<String, String>,
    pub created_at: DateTime<Utc>,
}

impl InstanceInfo {
    pub fn new(owned: OwnedInstance, addresses: &Addresses) -> Self {
        let OwnedInstance { instance, user, group, kept_elsewhere } = owned;
        let url = addresses.editor(&user.slug, instance.public_port);
        let doorway = Doorway::editor(user.slug.clone());
        let written = |pattern: Option<&Pattern>| pattern.and_then(|it| it.url(&doorway, instance.public_port));
        let local_url = written(addresses.here()).unwrap_or_else(|| url.clone());
        let (domain_url, public_url) = (written(addresses.domain()), written(addresses.public()));
        let endpoint = Endpoint::local(instance.host_port);
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
            network_mode: endpoint.network_mode(),
            endpoint: has_sandbox(instance.state).then_some(endpoint),
            domain_url,
            public_url,
            local_url,
            url,
            failure: instance.failure,
            next_attempt_at: instance.next_attempt_at,
            generation: instance.generation,
            image: instance.image,
            expires_at: instance.expires_at,
            secure: instance.secure,
            ephemeral: instance.ephemeral,
            rescue: instance.rescue,
            kept_elsewhere,
            queue_position: None,
            metadata: BTreeMap::new(),
            created_at: instance.created_at,
        }
    }
}

const fn has_sandbox(state: State) -> bool {
    matches!(state, State::Running | State::Pausing | State::Paused | State::Resuming)
}
