//! What a deletion takes with it and what it leaves.

use serde::{Deserialize, Serialize};
use thon_core::directory::{Person, Removal, VolumeFate};
use thon_domain::{
    id::{InstanceId, UserId},
    instance::State,
    name::{GroupName, UserName},
};
use utoipa::{IntoParams, ToSchema};

/// What shall become of volumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Volumes {
    #[default]
    Keep,
    Delete,
}

/// How to delete.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteQuery {
    /// `delete` to delete the volumes too, once the sandboxes are gone. They are kept when nothing is said.
    #[serde(default)]
    volumes: Volumes,
}

impl From<DeleteQuery> for VolumeFate {
    fn from(query: DeleteQuery) -> Self {
        match query.volumes {
            Volumes::Keep => Self::Keep,
            Volumes::Delete => Self::Delete,
        }
    }
}

/// Somebody who goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedUser {
    pub id: UserId,
    pub group: GroupName,
    pub username: UserName,
    /// Their instance, which ends.
    pub instance_id: Option<InstanceId>,
    pub instance_state: Option<State>,
}

impl From<&Person> for RemovedUser {
    fn from(person: &Person) -> Self {
        Self {
            id: person.user.id,
            group: person.group_name.clone(),
            username: person.user.name.clone(),
            instance_id: person.instance.map(|(id, _)| id),
            instance_state: person.instance.map(|(_, state)| state),
        }
    }
}

/// What a deletion would take with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovalPreview {
    pub users: Vec<RemovedUser>,
    /// Their volumes, which stay unless they shall go too.
    pub volumes: Vec<String>,
}

impl From<Removal> for RemovalPreview {
    fn from(removal: Removal) -> Self {
        Self {
            users: removal.people.iter().map(RemovedUser::from).collect(),
            volumes: removal.volumes().map(str::to_owned).collect(),
        }
    }
}

/// What a deletion did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// `deleted`.
    pub status: &'static str,
    pub id: String,
    /// The same, where a user was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub users: Vec<RemovedUser>,
    /// The volumes that are left.
    pub volumes_left: Vec<String>,
    /// The volumes that go once the sandboxes are gone.
    pub volumes_to_delete: Vec<String>,
}

impl Deleted {
    pub fn new(id: &impl ToString, removal: Removal, fate: VolumeFate) -> Self {
        let RemovalPreview { users, volumes } = removal.into();
        let (volumes_left, volumes_to_delete) = match fate {
            VolumeFate::Keep => (volumes, Vec::new()),
            VolumeFate::Delete => (Vec::new(), volumes),
        };
        Self { status: "deleted", id: id.to_string(), user_id: None, users, volumes_left, volumes_to_delete }
    }

    pub fn user(id: UserId, removal: Removal, fate: VolumeFate) -> Self {
        Self { user_id: Some(id), ..Self::new(&id, removal, fate) }
    }
}
