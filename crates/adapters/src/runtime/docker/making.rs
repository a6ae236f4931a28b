//! The making of a sandbox, act by act. One that was cut short leaves what the next try takes up or takes away.

use bollard::{Docker as Client, query_parameters::RenameContainerOptions};
use thon_core::{
    fault::{Point, point},
    port::runtime::{RuntimeError, SandboxSpec},
};
use thon_domain::{id::InstanceId, workspace::GroupVolume};

use super::{
    Docker,
    container::{self, Place},
    daemon::bounded,
    error, files, mounts, network, removal, volumes,
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

    /// Mounts what a container needs after a restart of the host.
    pub(super) async fn remount(&self, client: &Client, id: &str) -> Result<(), RuntimeError> {
        let found = bounded(client.inspect_container(id, None)).await.map_err(error::explained)?;
        match found.name.as_deref().and_then(container::slug) {
            Some(slug) => self.disks.remount(&slug).await,
            None => Ok(()),
        }
    }

    /// Makes everything that a sandbox is put into, and room for it.
    pub(super) async fn place(&self, client: &Client, spec: &SandboxSpec) -> Result<Place, RuntimeError> {
        mounts::ensure_directory(&spec.workspace.storage)?;
        let disk = self.disks.of(spec, volumes::are_new(client, spec)).await?;
        point(Point::VolumesWanted);
        volumes::ensure(client, &self.options.installation, spec, disk.as_ref()).await?;
        point(Point::VolumesMade);
        self.remove_all(client, spec.instance).await?;
        if let Some(disk) = &disk {
            disk.empty_scratch().await?;
        }
        self.firewall.ensure().await;
        let network = network::choose(client, &self.options).await?;
        let inward_url = self.inward_url(client, &network).await?;
        Ok(Place { network, inward_url, disk })
    }

    /// Removes every container of an instance, half-made ones too.
    pub(super) async fn remove_all(&self, client: &Client, instance: InstanceId) -> Result<(), RuntimeError> {
        for id in self.containers(client, Some(instance)).await?.into_iter().filter_map(|container| container.id) {
            removal::remove(client, &id).await?;
        }
        Ok(())
    }
}
