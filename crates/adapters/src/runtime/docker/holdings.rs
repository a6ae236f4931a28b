//! What Docker holds with this installation's mark, and its removal by hand. Every mark is looked at again before anything goes.

use std::collections::{HashMap, HashSet};

use bollard::{
    Docker as Client,
    models::{ContainerSummary, Network, Volume},
    query_parameters::ListNetworksOptions,
};
use thon_core::port::runtime::{HeldContainer, Holdings, RuntimeError};

use super::{Docker, container, daemon::bounded, error, labels, network, observed, removal, volumes};
use crate::command;

impl Docker {
    pub(super) async fn held(&self) -> Result<Holdings, RuntimeError> {
        let client = self.daemon.client().await?;
        let containers = self.containers(client, None).await?.into_iter().filter_map(held).collect();
        let empty_networks = self.empty_networks(client).await?;
        let (unfinished_disks, lone_disks) =
            (self.disks.unfinished(), self.disks.lone(&volumes::devices(client).await?));
        Ok(Holdings { containers, empty_networks, unfinished_disks, lone_disks })
    }

    pub(super) async fn discard(&self, held: &HeldContainer) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        let found = match bounded(client.inspect_container(&held.id, None)).await {
            Err(error) if error::is_missing(&error) => return Ok(()),
            found => found.map_err(error::explained)?,
        };
        let labels = found.config.and_then(|config| config.labels).unwrap_or_default();
        if labels.get(labels::INSTALLATION) != Some(&self.options.installation) {
            return Err(error::name_taken(&held.name));
        }
        removal::remove(client, &held.id).await
    }

    pub(super) async fn remove_network(&self, name: &str) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        if !self.empty_networks(client).await?.iter().any(|empty| empty == name) {
            let reason = format!("the network `{name}` holds a container or is not THON's, so it stays");
            return Err(error::rejected("network-in-use", reason));
        }
        match bounded(client.remove_network(name)).await {
            Err(error) if error::is_missing(&error) => Ok(()),
            removed => removed.map_err(error::explained),
        }
    }

    /// How much a volume of this host holds; who may not look at it cannot tell.
    pub(super) async fn bytes_of(&self, name: &str) -> Result<Option<u64>, RuntimeError> {
        let client = self.daemon.client().await?;
        let found = match bounded(client.inspect_volume(name)).await {
            Err(error) if error::is_missing(&error) => return Ok(None),
            found => found.map_err(error::explained)?,
        };
        if !self.daemon.is_local() {
            return Ok(None);
        }
        Ok(walked(&place(&found)).await)
    }

    /// How much a directory of this host holds.
    pub(super) async fn bytes_in(&self, path: &str) -> Option<u64> {
        if self.daemon.is_local() { walked(path).await } else { None }
    }

    pub(super) async fn remove_files(&self, name: &str) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        self.disks.discard_lone(name, &volumes::devices(client).await?).await
    }

    /// THON's networks of our own name that no container is in, running or not.
    async fn empty_networks(&self, client: &Client) -> Result<Vec<String>, RuntimeError> {
        let found = self.networks(client).await?;
        let containers = observed::everything(client).await?;
        let taken: HashSet<String> = containers.iter().flat_map(networks_of).collect();
        let ours = found.into_iter().filter_map(|network| network.name);
        let mut empty: Vec<String> = ours.filter(|name| !taken.contains(name)).collect();
        empty.sort();
        Ok(empty)
    }

    /// THON's networks of our own name.
    pub(super) async fn networks(&self, client: &Client) -> Result<Vec<Network>, RuntimeError> {
        let filters = HashMap::from([("label".to_owned(), vec![format!("{}=sandboxes", labels::NETWORK)])]);
        let options = ListNetworksOptions { filters: Some(filters) };
        let mut found = bounded(client.list_networks(Some(options))).await.map_err(error::explained)?;
        let is_named = |name: &String| network::is_named(&self.options.network_prefix, name);
        found.retain(|network| network.name.as_ref().is_some_and(is_named));
        Ok(found)
    }
}

fn held(found: ContainerSummary) -> Option<HeldContainer> {
    let is_finished = container::is_finished(&found);
    let labels = found.labels.unwrap_or_default();
    let name = found.names.unwrap_or_default().into_iter().next().unwrap_or_default();
    Some(HeldContainer {
        id: found.id?,
        name: name.trim_start_matches('/').to_owned(),
        instance: volumes::read(&labels, labels::INSTANCE),
        user: volumes::read(&labels, labels::USER),
        is_finished,
    })
}

/// The networks that a container was made for, and those that somebody has put it into since.
fn networks_of(container: &ContainerSummary) -> Vec<String> {
    let made_for = container.host_config.as_ref().and_then(|host| host.network_mode.clone());
    let put_into = container.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
    made_for.into_iter().chain(put_into.into_iter().flat_map(HashMap::keys).cloned()).collect()
}

/// What the files below a path take; nothing when not all of them could be looked at.
async fn walked(path: &str) -> Option<u64> {
    let told = command::run("du", &["-s", "-B1", "--", path], "").await.ok()?;
    told.split_whitespace().next()?.parse().ok()
}

/// Where the files of a volume are: a limited one is a directory of its user's file system.
fn place(volume: &Volume) -> String {
    volume.options.get(volumes::DEVICE).unwrap_or(&volume.mountpoint).clone()
}
