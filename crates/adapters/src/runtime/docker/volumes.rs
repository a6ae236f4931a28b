//! A person's volumes: made once, mounted only into their own sandbox, deleted only when a person asks for it by name.

use std::collections::{HashMap, HashSet};

use bollard::{
    Docker as Client,
    models::{Volume as Found, VolumeCreateRequest},
    query_parameters::{ListContainersOptions, ListVolumesOptions, RemoveVolumeOptions},
};
use thon_core::port::runtime::{RuntimeError, SandboxSpec};
use thon_domain::{
    id::UserId,
    workspace::{Volume, VolumeKind},
};

use super::{daemon::bounded, error, labels};

/// Makes both volumes of a sandbox unless they are there.
///
/// # Errors
/// `Rejected` when one of that name is not this user's.
pub(super) async fn ensure(client: &Client, installation: &str, spec: &SandboxSpec) -> Result<(), RuntimeError> {
    for name in spec.workspace.volumes() {
        let wanted = VolumeCreateRequest {
            name: Some(name.to_owned()),
            labels: Some(labels::labels([
                (labels::USER, spec.user.to_string()),
                (labels::INSTALLATION, installation.to_owned()),
                (labels::KIND, VolumeKind::from_name(name).to_string()),
            ])),
            ..Default::default()
        };
        // Docker answers with the volume that is there, its old labels included: no moment between looking and making.
        let volume = bounded(client.create_volume(wanted)).await.map_err(error::explained)?;
        if volume.labels.get(labels::USER) != Some(&spec.user.to_string()) {
            return Err(foreign(name, volume.labels.get(labels::USER)));
        }
    }
    Ok(())
}

/// The volumes of an installation, by name.
///
/// # Errors
/// `Unavailable` when Docker does not answer.
pub(super) async fn list(client: &Client, installation: &str) -> Result<Vec<Volume>, RuntimeError> {
    let options = ListVolumesOptions { filters: Some(labels::filter(installation, None)) };
    let found = bounded(client.list_volumes(Some(options))).await.map_err(error::explained)?;
    let mounted = mounted(client).await?;
    let mut volumes: Vec<_> =
        found.volumes.unwrap_or_default().into_iter().map(|found| volume(found, &mounted)).collect();
    volumes.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(volumes)
}

/// The names of all volumes that any container mounts, running or not, a stranger's too.
async fn mounted(client: &Client) -> Result<HashSet<String>, RuntimeError> {
    let all = ListContainersOptions { all: true, ..Default::default() };
    let containers = bounded(client.list_containers(Some(all))).await.map_err(error::explained)?;
    let mounts = containers.into_iter().filter_map(|container| container.mounts).flatten();
    Ok(mounts.filter_map(|mount| mount.name).collect())
}

fn volume(found: Found, mounted: &HashSet<String>) -> Volume {
    let kind = found.labels.get(labels::KIND).and_then(|kind| kind.parse().ok());
    Volume {
        user: owner(&found.labels),
        kind: kind.unwrap_or_else(|| VolumeKind::from_name(&found.name)),
        created_at: found.created_at,
        in_use: mounted.contains(&found.name),
        name: found.name,
    }
}

fn owner(labels: &HashMap<String, String>) -> Option<UserId> {
    labels.get(labels::USER)?.parse().ok()
}

/// Deletes a volume for good.
///
/// # Errors
/// As `SandboxRuntime::remove_volume`.
pub(super) async fn remove(
    client: &Client,
    installation: &str,
    name: &str,
    user: Option<UserId>,
) -> Result<(), RuntimeError> {
    let found = match bounded(client.inspect_volume(name)).await {
        Err(error) if error::is_missing(&error) => return Ok(()),
        found => found.map_err(error::explained)?,
    };
    let is_ours = found.labels.get(labels::INSTALLATION).is_some_and(|said| said == installation);
    if !is_ours || owner(&found.labels) != user {
        return Err(foreign(name, found.labels.get(labels::USER)));
    }
    match bounded(client.remove_volume(name, None::<RemoveVolumeOptions>)).await {
        Err(error) if error::is_missing(&error) => Ok(()),
        Err(error) if error::is_conflict(&error) => {
            let reason = format!("a sandbox has the volume `{name}` mounted: terminate it first");
            Err(error::rejected("volume-in-use", reason))
        }
        removed => removed.map_err(error::explained),
    }
}

fn foreign(name: &str, owner: Option<&String>) -> RuntimeError {
    let whose = owner.map_or_else(|| "nobody that THON knows".to_owned(), |user| format!("user {user}"));
    let reason = format!(
        "the Docker volume `{name}` belongs to {whose}, so it is left alone. If nobody needs it, remove it with \
         `docker volume rm {name}`; else copy what it holds to a volume of another name first"
    );
    error::rejected("volume-foreign", reason)
}
