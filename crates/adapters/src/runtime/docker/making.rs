//! The making of a sandbox, act by act. One that was cut short leaves what the next try takes up or takes away.

use bollard::{Docker as Client, models::ContainerSummary, query_parameters::RenameContainerOptions};
use thon_core::{
    fault::{Point, point},
    port::runtime::{RuntimeError, SandboxSpec},
};
use thon_domain::{id::InstanceId, workspace::GroupVolume};

use super::{
    Docker,
    container::{self, Place},
    daemon::bounded,
    files, labels, mounts, network, observed, removal, volumes,
};

impl Docker {
    /// Puts the files in and gives the container its name, which makes it a finished one.
    pub(super) async fn finish(&self, client: &Client, id: &str, spec: &SandboxSpec) -> Result<(), RuntimeError> {
        if spec.group_volume.is_some() {
            files::share(client, id, GroupVolume::TARGET).await?;
        }
        files::put(client, id, &spec.files).await?;
        point(Point::FilesPut);
        let name = container::name(&spec.slug);
        let rename = RenameContainerOptions { name: name.clone() };
        match bounded(client.rename_container(id, rename)).await {
            Ok(()) => {
                point(Point::ContainerNamed);
                Ok(())
            }
            Err(error) => Err(container::naming(client, &self.options, error, (spec.instance, &name)).await),
        }
    }

    /// Makes everything that a sandbox is put into, and room for it.
    pub(super) async fn place(&self, client: &Client, spec: &SandboxSpec) -> Result<Place, RuntimeError> {
        mounts::ensure_directory(&spec.workspace.storage)?;
        let disk = self.disks.of(spec, volumes::are_new(client, spec)).await?;
        point(Point::VolumesWanted);
        volumes::ensure(client, &self.options.installation, spec, disk.as_ref()).await?;
        point(Point::VolumesMade);
        let is_own =
            |found: &ContainerSummary| labels::is_of(&self.options.installation, spec.instance, found.labels.as_ref());
        let (earlier, others) = observed::everything(client).await?.into_iter().partition(is_own);
        remove_each(client, earlier).await?;
        if let Some(disk) = &disk {
            disk.empty_scratch().await?;
        }
        self.firewall.ensure().await;
        let (network, told) = network::choose(client, &self.options, &others).await?;
        let inward_url = self.inward_url(&told);
        Ok(Place { network, inward_url, disk })
    }

    /// Removes every container of an instance, half-made ones too.
    pub(super) async fn remove_all(&self, client: &Client, instance: InstanceId) -> Result<(), RuntimeError> {
        self.last_seen.forget(instance);
        remove_each(client, self.containers(client, Some(instance)).await?).await
    }
}

async fn remove_each(client: &Client, containers: Vec<ContainerSummary>) -> Result<(), RuntimeError> {
    for id in containers.into_iter().filter_map(|container| container.id) {
        removal::remove(client, &id).await?;
    }
    Ok(())
}
