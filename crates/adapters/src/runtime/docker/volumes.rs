//! A person's volumes: made once, mounted only into their own sandbox, deleted only when a person asks for it by name.

use std::{
    collections::{HashMap, HashSet},
    str::FromStr,
};

use bollard::{
    Docker as Client,
    models::{Volume as Found, VolumeCreateRequest},
    query_parameters::{ListVolumesOptions, RemoveVolumeOptions},
};
use thon_core::port::runtime::{RuntimeError, SandboxSpec};
use thon_domain::{
    id::UserId,
    workspace::{Volume, VolumeKind},
};

use super::{
    daemon::bounded,
    disks::{Disks, FileSystem},
    error, labels, observed,
};

/// The option of Docker's local driver that says what is mounted.
pub(super) const DEVICE: &str = "device";

/// A volume that has to be there.
struct Wanted<'a> {
    name: &'a str,
    kind: VolumeKind,
    /// The label that says whose it is, and what it says.
    owner: (&'static str, String),
}

/// Whether none of a person's volumes is there yet.
///
/// # Errors
/// `Unavailable` when Docker does not answer.
pub(super) async fn are_new(client: &Client, spec: &SandboxSpec) -> Result<bool, RuntimeError> {
    for (name, _) in spec.workspace.mounts() {
        match bounded(client.inspect_volume(name)).await {
            Err(error) if error::is_missing(&error) => {}
            Err(error) => return Err(error::explained(error)),
            Ok(_) => return Ok(false),
        }
    }
    Ok(true)
}

/// Makes the volumes of a sandbox unless they are there; a person's own are directories of their `disk`, if there is one.
///
/// # Errors
/// `Rejected` when one of that name is somebody else's.
pub(super) async fn ensure(
    client: &Client,
    installation: &str,
    spec: &SandboxSpec,
    disk: Option<&FileSystem>,
) -> Result<(), RuntimeError> {
    for wanted in wanted(spec) {
        let (label, owner) = &wanted.owner;
        // Docker answers with the volume that is there, its old labels included: no moment between looking and making.
        let volume =
            bounded(client.create_volume(wanted.request(installation, disk))).await.map_err(error::explained)?;
        if volume.labels.get(*label) != Some(owner) {
            return Err(foreign(&volume));
        }
    }
    Ok(())
}

impl Wanted<'_> {
    fn request(&self, installation: &str, disk: Option<&FileSystem>) -> VolumeCreateRequest {
        let (label, owner) = &self.owner;
        let mut labels = labels::labels([
            (*label, owner.clone()),
            (labels::INSTALLATION, installation.to_owned()),
            (labels::KIND, self.kind.to_string()),
        ]);
        let part = disk.and_then(|disk| disk.part(self.kind));
        if let Some(size) = part.as_ref().and(disk).and_then(FileSystem::size) {
            labels.insert(labels::DISK.to_owned(), size.to_string());
        }
        // How the local driver is told to use a directory
        // (<https://docs.docker.com/reference/cli/docker/volume/create/#opt>).
        let options = part.map(|part| {
            labels::labels([
                ("type", "none".to_owned()),
                ("o", "bind".to_owned()),
                (DEVICE, part.display().to_string()),
            ])
        });
        let name = Some(self.name.to_owned());
        VolumeCreateRequest { name, labels: Some(labels), driver_opts: options, ..Default::default() }
    }
}

fn wanted(spec: &SandboxSpec) -> impl Iterator<Item = Wanted<'_>> {
    let own = spec.workspace.mounts().into_iter().map(|(name, _)| Wanted {
        name,
        kind: if name == spec.workspace.home_volume { VolumeKind::Home } else { VolumeKind::Workspace },
        owner: (labels::USER, spec.user.to_string()),
    });
    let shared = spec.group_volume.iter().map(|volume| Wanted {
        name: &volume.name,
        kind: VolumeKind::Group,
        owner: (labels::GROUP, volume.group.to_string()),
    });
    own.chain(shared)
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

/// The directories that volumes are, a stranger's included.
///
/// # Errors
/// `Unavailable` when Docker does not answer.
pub(super) async fn devices(client: &Client) -> Result<Vec<String>, RuntimeError> {
    let found = bounded(client.list_volumes(None::<ListVolumesOptions>)).await.map_err(error::explained)?;
    Ok(found.volumes.unwrap_or_default().into_iter().filter_map(|mut found| found.options.remove(DEVICE)).collect())
}

/// The names of all volumes that any container mounts, running or not, a stranger's too.
async fn mounted(client: &Client) -> Result<HashSet<String>, RuntimeError> {
    let containers = observed::everything(client).await?;
    let mounts = containers.into_iter().filter_map(|container| container.mounts).flatten();
    Ok(mounts.filter_map(|mount| mount.name).collect())
}

fn volume(found: Found, mounted: &HashSet<String>) -> Volume {
    let kind = found.labels.get(labels::KIND).and_then(|kind| kind.parse().ok());
    Volume {
        user: read(&found.labels, labels::USER),
        group: read(&found.labels, labels::GROUP),
        kind: kind.unwrap_or_else(|| VolumeKind::from_name(&found.name)),
        created_at: found.created_at,
        limit_bytes: read(&found.labels, labels::DISK),
        in_use: mounted.contains(&found.name),
        name: found.name,
    }
}

/// What a label says, if it says that.
pub(super) fn read<T: FromStr>(labels: &HashMap<String, String>, label: &str) -> Option<T> {
    labels.get(label)?.parse().ok()
}

/// Deletes a volume for good.
///
/// # Errors
/// As `SandboxRuntime::remove_volume`.
pub(super) async fn remove(
    (client, disks): (&Client, &Disks),
    installation: &str,
    name: &str,
    user: Option<UserId>,
) -> Result<(), RuntimeError> {
    let found = match bounded(client.inspect_volume(name)).await {
        Err(error) if error::is_missing(&error) => return Ok(()),
        found => found.map_err(error::explained)?,
    };
    let is_ours = found.labels.get(labels::INSTALLATION).is_some_and(|said| said == installation);
    if !is_ours || read(&found.labels, labels::USER) != user {
        return Err(foreign(&found));
    }
    match bounded(client.remove_volume(name, None::<RemoveVolumeOptions>)).await {
        Ok(()) => match found.options.get(DEVICE) {
            Some(device) => disks.forget(device).await,
            None => Ok(()),
        },
        Err(error) if error::is_missing(&error) => Ok(()),
        Err(error) if error::is_conflict(&error) => {
            let reason = format!("a sandbox has the volume `{name}` mounted: terminate it first");
            Err(error::rejected("volume-in-use", reason))
        }
        Err(error) => Err(error::explained(error)),
    }
}

fn foreign(volume: &Found) -> RuntimeError {
    let said = |label, what: &str| volume.labels.get(label).map(|id| format!("{what} {id}"));
    let whose = said(labels::USER, "user").or_else(|| said(labels::GROUP, "group"));
    let whose = whose.unwrap_or_else(|| "nobody that THON knows".to_owned());
    let name = &volume.name;
    let reason = format!(
        "the Docker volume `{name}` belongs to {whose}, so it is left alone. If nobody needs it, remove it with \
         `docker volume rm {name}`; else copy what it holds to a volume of another name first"
    );
    error::rejected("volume-foreign", reason)
}
