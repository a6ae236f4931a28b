//! Sandboxes as Docker containers, made so that a person's code in one of them reaches nothing it should not.
//!
//! All truth is in Docker: labels say whose a container is, so a THON that was killed finds everything again. Only
//! containers with this installation's label are ever listed, started or removed, and no volume is deleted unless somebody names it.

mod container;
mod daemon;
mod disk_use;
mod disks;
mod error;
mod events;
mod files;
mod firewall;
mod holdings;
mod host;
mod image;
mod inward;
mod labels;
mod last_seen;
mod logs;
mod making;
mod mounts;
mod network;
mod observed;
mod options;
mod removal;
mod runtimes;
mod stats;
mod volumes;

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use bollard::{Docker as Client, models::ContainerSummary, query_parameters::ListContainersOptions};
use futures::{
    StreamExt as _, TryStreamExt as _,
    future::ready,
    stream::{self, BoxStream},
};
use thon_core::fault::{Point, point};
use thon_core::port::runtime::{
    BrokenSandbox, Capabilities, Counters, HeldContainer, Holdings, LogSince, RuntimeError, RuntimeEvent,
    RuntimeReport, Sandbox, SandboxRuntime, SandboxSpec,
};
use thon_domain::{
    id::{InstanceId, UserId},
    sandbox::{DiskUse, LogLine, SandboxStats},
    workspace::Volume,
};

pub use self::options::DockerOptions;
use self::{
    container::Found,
    daemon::{Daemon, bounded},
    disks::Disks,
    firewall::Firewall,
    last_seen::LastSeen,
    observed::Seen,
};

/// How many containers are looked at at once when all are listed.
const PARALLEL_INSPECTIONS: usize = 8;

/// How many containers are counted at once. Docker counts once a second, for all who wait by then, so few at a time would
/// take a second for those few (moby 20.10, `daemon/stats/collector.go`; measured: 7 ms for the first, then 1 s for each).
const PARALLEL_COUNTS: usize = 256;

/// Runs sandboxes on a Docker daemon of version 20.10 or newer.
#[derive(Clone, Debug)]
pub struct Docker {
    options: Arc<DockerOptions>,
    daemon: Arc<Daemon>,
    firewall: Arc<Firewall>,
    disks: Arc<Disks>,
    last_seen: Arc<LastSeen>,
}

impl Docker {
    /// Connects when it is first needed, so a daemon that comes up later than THON is no special case.
    pub fn new(options: DockerOptions) -> Self {
        let daemon = Daemon::at(options.host.as_deref());
        let (firewall, disks) = (Firewall::new(&options, daemon.is_local()), Disks::new(&options, daemon.is_local()));
        Self {
            options: Arc::new(options),
            daemon: Arc::new(daemon),
            firewall: Arc::new(firewall),
            disks: Arc::new(disks),
            last_seen: Arc::default(),
        }
    }

    /// Takes THON's rules out of this host's packet filter; the next sandbox brings them back.
    pub async fn clear_network_rules(&self) {
        self.firewall.clear().await;
    }

    /// The containers of this installation, of one instance or of all; half-made ones too.
    async fn containers(&self, client: &Client, of: Option<InstanceId>) -> Result<Vec<ContainerSummary>, RuntimeError> {
        let filters = labels::filter(&self.options.installation, of);
        let options = ListContainersOptions { all: true, filters: Some(filters), ..Default::default() };
        bounded(client.list_containers(Some(options))).await.map_err(error::explained)
    }

    /// Everything with this installation's label, as it is now.
    async fn seen(&self) -> Result<Vec<Seen>, RuntimeError> {
        let client = self.daemon.client().await?;
        let ids = self.containers(client, None).await?.into_iter().filter_map(|container| container.id);
        let looks = ids.map(|id| observed::look(client, id));
        stream::iter(looks).buffer_unordered(PARALLEL_INSPECTIONS).try_collect().await
    }

    /// What each running container has taken so far; one that ends meanwhile is left out.
    async fn taken(&self) -> Result<Vec<(InstanceId, Counters)>, RuntimeError> {
        let client = self.daemon.client().await?;
        let containers = self.containers(client, None).await?.into_iter().filter_map(container::running);
        let looks = containers.map(async |(instance, id)| {
            let counters = stats::taken(client, &id).await.ok().flatten();
            counters.map(|counters| (instance, counters))
        });
        Ok(stream::iter(looks).buffer_unordered(PARALLEL_COUNTS).filter_map(ready).collect().await)
    }

    /// An instance's finished container.
    async fn find(&self, client: &Client, instance: InstanceId) -> Result<Found, RuntimeError> {
        let containers = self.containers(client, Some(instance)).await?;
        containers.iter().find_map(container::found).ok_or(RuntimeError::NotFound(instance))
    }
}

#[async_trait]
impl SandboxRuntime for Docker {
    fn name(&self) -> &'static str {
        "docker"
    }

    async fn check(&self) -> Result<RuntimeReport, RuntimeError> {
        let client = self.daemon.client().await?;
        let version = bounded(client.version()).await.map_err(error::explained)?;
        image::check(client, &self.options.image).await?;
        let version = version.version.unwrap_or_else(|| "unknown".to_owned());
        Ok(RuntimeReport { version, image: self.options.image.clone() })
    }

    async fn capabilities(&self) -> Result<Capabilities, RuntimeError> {
        let client = self.daemon.client().await?;
        Ok(Capabilities {
            network_rules: self.firewall.apply().await,
            disk_quota: self.disks.enforcement().await,
            places: network::places(self.options.sandboxes_per_network),
            runtimes: runtimes::known(client).await?,
        })
    }

    async fn list(&self) -> Result<Vec<Sandbox>, RuntimeError> {
        Ok(self.seen().await?.into_iter().filter_map(Seen::sandbox).collect())
    }

    async fn broken(&self) -> Result<Vec<BrokenSandbox>, RuntimeError> {
        Ok(self.seen().await?.into_iter().filter_map(Seen::broken).collect())
    }

    async fn inspect(&self, instance: InstanceId) -> Result<Option<Sandbox>, RuntimeError> {
        let client = self.daemon.client().await?;
        if let Some(id) = self.last_seen.of(instance) {
            match observed::look(client, id).await? {
                Seen::Gone => self.last_seen.forget(instance),
                seen => return Ok(seen.sandbox()),
            }
        }
        let containers = self.containers(client, Some(instance)).await?;
        let Some(container) = containers.into_iter().max_by_key(container::is_finished) else { return Ok(None) };
        if let Some(finished) = container::found(&container) {
            self.last_seen.remember(instance, &finished.id);
        }
        let Some(id) = container.id else { return Ok(None) };
        Ok(observed::look(client, id).await?.sandbox())
    }

    async fn create(&self, spec: &SandboxSpec) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        image::check(client, self.options.image_of(spec)).await?;
        runtimes::check(client, spec.runtime.as_deref()).await?;
        let place = self.place(client, spec).await?;
        let id = container::make(client, &self.options, &place, spec).await?;
        point(Point::ContainerMade);
        let finished = self.finish(client, &id, spec).await;
        if finished.is_ok() {
            self.last_seen.remember(spec.instance, &id);
        } else if let Err(left) = removal::remove(client, &id).await {
            tracing::warn!(instance.id = %spec.instance, error = %left, "a half-made sandbox stays until the next try");
        }
        finished
    }

    async fn start(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        let Found { id, slug } = self.find(client, instance).await?;
        if let Some(slug) = slug {
            // A restart of the host leaves it unmounted.
            self.disks.remount(&slug).await?;
        }
        match bounded(client.start_container(&id, None)).await {
            // Somebody has removed its network; a container cannot get another one, so the next try makes it anew.
            Err(error) if error::is_missing(&error) && error::says(&error, "network") => {
                self.remove_all(client, instance).await?;
                Err(error::unavailable(format!("the sandbox's network has gone: {error}")))
            }
            started => started.map_err(|error| error::of_instance(error, instance)),
        }
    }

    async fn pause(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        let Found { id, .. } = self.find(client, instance).await?;
        match bounded(client.pause_container(&id)).await {
            Err(error) if error::says(&error, "is already paused") => Ok(()),
            Err(error) if error::says(&error, "is not running") => Err(error::not_running()),
            paused => paused.map_err(|error| error::of_instance(error, instance)),
        }
    }

    async fn resume(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        let Found { id, .. } = self.find(client, instance).await?;
        match bounded(client.unpause_container(&id)).await {
            Err(error) if error::says(&error, "is not paused") => Ok(()),
            resumed => resumed.map_err(|error| error::of_instance(error, instance)),
        }
    }

    async fn remove(&self, instance: InstanceId) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        self.remove_all(client, instance).await
    }

    async fn logs(&self, instance: InstanceId, lines: u32) -> Result<Vec<LogLine>, RuntimeError> {
        let client = self.daemon.client().await?;
        let Found { id, .. } = self.find(client, instance).await?;
        logs::last(client, &id, lines).await.map_err(|error| error::of_instance(error, instance))
    }

    async fn stats(&self, instance: InstanceId) -> Result<SandboxStats, RuntimeError> {
        let client = self.daemon.client().await?;
        let Found { id, .. } = self.find(client, instance).await?;
        let stats = stats::measure(client, &id).await.map_err(|error| error::of_instance(error, instance))?;
        stats.ok_or(RuntimeError::NotFound(instance))
    }

    async fn disk_use(&self, instance: InstanceId) -> Result<DiskUse, RuntimeError> {
        let client = self.daemon.client().await?;
        let Found { id, .. } = self.find(client, instance).await?;
        match disk_use::look(client, &id).await {
            Err(error) if error::says(&error, "is paused") || error::says(&error, "is not running") => {
                Err(error::rejected(
                    "not-running",
                    "nobody can look into a sandbox that does not run: start it, or let it go on".to_owned(),
                ))
            }
            looked => looked.map_err(|error| error::of_instance(error, instance)),
        }
    }

    async fn follow_log(
        &self,
        instance: InstanceId,
        since: LogSince,
    ) -> Result<BoxStream<'static, LogLine>, RuntimeError> {
        let client = self.daemon.client().await?;
        let Found { id, .. } = self.find(client, instance).await?;
        Ok(logs::follow(client, &id, since))
    }

    async fn counters(&self) -> Result<Vec<(InstanceId, Counters)>, RuntimeError> {
        self.taken().await
    }

    async fn volumes(&self) -> Result<Vec<Volume>, RuntimeError> {
        volumes::list(self.daemon.client().await?, &self.options.installation).await
    }

    async fn remove_volume(&self, name: &str, user: Option<UserId>) -> Result<(), RuntimeError> {
        let client = self.daemon.client().await?;
        volumes::remove((client, &self.disks), &self.options.installation, name, user).await
    }

    async fn volume_bytes(&self, name: &str) -> Result<Option<u64>, RuntimeError> {
        self.bytes_of(name).await
    }

    async fn holdings(&self) -> Result<Holdings, RuntimeError> {
        self.held().await
    }

    async fn discard_container(&self, held: &HeldContainer) -> Result<(), RuntimeError> {
        self.discard(held).await
    }

    async fn discard_network(&self, name: &str) -> Result<(), RuntimeError> {
        self.remove_network(name).await
    }

    async fn discard_disk(&self, name: &str) -> Result<(), RuntimeError> {
        self.disks.discard(name).await
    }

    async fn discard_files(&self, name: &str) -> Result<(), RuntimeError> {
        self.remove_files(name).await
    }

    async fn directory_bytes(&self, path: &str) -> Option<u64> {
        self.bytes_in(path).await
    }

    async fn inward_addresses(&self) -> Result<Vec<SocketAddr>, RuntimeError> {
        self.inward().await
    }

    fn watch(&self) -> BoxStream<'static, RuntimeEvent> {
        events::watch(self.daemon.clone(), self.firewall.clone(), self.options.installation.clone())
    }
}
