//! Cleaning up: what is left over is found, told with its why, and removed only as it was told.
//!
//! The reconciler takes away what it can name. Here is the rest: what a crash, an older version or a hand at a shell left.

use std::sync::Arc;

use thon_domain::{
    id::UserId,
    leftover::{Leftover, LeftoverKind},
    live::Change,
};
use thon_store::{Stamp, Store};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    port::runtime::{DiskFile, HeldContainer, RuntimeError, SandboxRuntime},
    secret::hash_of,
};

mod known;

use known::Known;

/// The use cases of cleaning up.
#[derive(Clone)]
pub struct Cleanup {
    store: Store,
    nature: Nature,
    runtime: Arc<dyn SandboxRuntime>,
}

/// What is left over.
#[derive(Clone, Debug, Default)]
pub struct Leftovers {
    found: Vec<Found>,
}

/// A leftover, and by what the runtime knows it.
#[derive(Clone, Debug)]
struct Found {
    told: Leftover,
    handle: Handle,
}

#[derive(Clone, Debug)]
enum Handle {
    Container(HeldContainer),
    Network,
    Disk,
    Files,
    Volume { user: Option<UserId> },
}

/// What to remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanupWish {
    /// The digest of the list that was shown, so that nothing else is removed than what somebody has seen.
    pub digest: String,
    pub volumes: VolumeWish,
}

/// Which of the volumes that are left over shall go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum VolumeWish {
    #[default]
    None,
    Named(Vec<String>),
    All,
}

/// What became of a wish.
#[derive(Clone, Debug)]
pub enum Cleaned {
    Done(CleanupReport),
    /// Nothing was removed: this is what is left over now.
    Changed(Leftovers),
}

/// What was removed, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanupReport {
    pub removed: Vec<Leftover>,
    /// What stays, with a sentence that says why.
    pub left: Vec<(Leftover, String)>,
}

impl Leftovers {
    /// What goes when somebody cleans up.
    pub fn things(&self) -> impl Iterator<Item = &Leftover> {
        self.found.iter().map(|found| &found.told).filter(|told| !told.kind.holds_files())
    }

    /// Somebody's files, which stay unless somebody asks.
    pub fn volumes(&self) -> impl Iterator<Item = &Leftover> {
        self.found.iter().map(|found| &found.told).filter(|told| told.kind.holds_files())
    }

    /// Stands for exactly these things.
    pub fn digest(&self) -> String {
        let mut lines: Vec<String> = self.found.iter().map(Found::line).collect();
        lines.sort_unstable();
        hash_of(&lines.join("\n"))
    }

    /// Those that a wish is about.
    fn wished(self, wish: &VolumeWish) -> Result<Vec<Found>, Error> {
        if let VolumeWish::Named(names) = wish
            && let Some(unknown) = names.iter().find(|name| self.volumes().all(|told| told.name != **name))
        {
            return Err(Error::not_found(format!("volume `{unknown}` that is left over")));
        }
        let is_wished = |found: &Found| match (found.told.kind.holds_files(), wish) {
            (false, _) | (true, VolumeWish::All) => true,
            (true, VolumeWish::Named(names)) => names.contains(&found.told.name),
            (true, VolumeWish::None) => false,
        };
        Ok(self.found.into_iter().filter(is_wished).collect())
    }
}

impl Found {
    /// What it is known by: a container that was replaced under its name is another one.
    fn line(&self) -> String {
        let id = match &self.handle {
            Handle::Container(container) => container.id.as_str(),
            Handle::Network | Handle::Disk | Handle::Files | Handle::Volume { .. } => "",
        };
        format!("{} {} {id}", self.told.kind, self.told.name)
    }
}

impl Cleanup {
    pub fn new(store: Store, nature: Nature, runtime: Arc<dyn SandboxRuntime>) -> Self {
        Self { store, nature, runtime }
    }

    /// What is left over now.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event, `Unavailable` when the runtime does not answer.
    pub async fn leftovers(&self, actor: &Actor) -> Result<Leftovers, Error> {
        actor.may(Action::SeeSystem)?;
        let mut leftovers = self.found().await?;
        for found in leftovers.found.iter_mut().filter(|found| found.told.kind == LeftoverKind::Volume) {
            found.told.size_bytes = self.runtime.volume_bytes(&found.told.name).await?;
        }
        Ok(leftovers)
    }

    /// Removes what was shown, and nothing else.
    ///
    /// # Errors
    /// `Forbidden` for all but admins, `NotFound` when a volume is named that is not left over, `Unavailable` when the
    /// runtime does not answer.
    pub async fn carry_out(&self, actor: &Actor, wish: CleanupWish) -> Result<Cleaned, Error> {
        actor.may(Action::CleanUp)?;
        let now = self.found().await?;
        if now.digest() != wish.digest {
            return Ok(Cleaned::Changed(self.leftovers(actor).await?));
        }
        let (mut report, wished) = (CleanupReport::default(), now.wished(&wish.volumes)?);
        let asked = (!wished.is_empty()).then_some(Change::CleanUpAsked { items: wished.len() });
        self.record(actor, asked.into_iter().collect()).await?;
        for found in wished {
            match self.remove(&found).await {
                Ok(()) => report.removed.push(found.told),
                Err(error) => report.left.push((found.told, Error::from(error).problem().detail)),
            }
        }
        let removed = report.removed.iter();
        let removed = removed.map(|told| Change::LeftoverRemoved {
            kind: told.kind,
            name: told.name.clone(),
            why: told.why.clone(),
        });
        self.record(actor, removed.collect()).await?;
        Ok(Cleaned::Done(report))
    }

    async fn remove(&self, found: &Found) -> Result<(), RuntimeError> {
        match &found.handle {
            Handle::Container(container) => self.runtime.discard_container(container).await,
            Handle::Network => self.runtime.discard_network(&found.told.name).await,
            Handle::Disk => self.runtime.discard_disk(&found.told.name).await,
            Handle::Files => self.runtime.discard_files(&found.told.name).await,
            Handle::Volume { user } => self.runtime.remove_volume(&found.told.name, *user).await,
        }
    }

    async fn record(&self, actor: &Actor, changes: Vec<Change>) -> Result<(), Error> {
        if changes.is_empty() {
            return Ok(());
        }
        let stamp = Stamp { at: self.nature.clock.now(), cause: actor.cause() };
        self.store.write(stamp, move |w| Ok(w.record_all(changes)?)).await
    }

    /// The runtime is looked at first: what is made after that is not in the list, whatever the database says by then.
    async fn found(&self) -> Result<Leftovers, Error> {
        let holdings = self.runtime.holdings().await?;
        let volumes = self.runtime.volumes().await?;
        let known = self.store.read(Known::read).await?;
        let containers = holdings.containers.into_iter().filter_map(|held| {
            let (why, owner) = (known.why_container(&held)?, held.user.and_then(|user| known.owner(user)));
            let told = Leftover { owner, ..leftover(LeftoverKind::Container, &held.name, why) };
            Some(Found { told, handle: Handle::Container(held) })
        });
        let networks = holdings.empty_networks.iter().filter_map(|name| {
            let why = known.why_network()?;
            Some(Found { told: leftover(LeftoverKind::Network, name, why), handle: Handle::Network })
        });
        let disk = |kind, why, disk: &DiskFile, handle| {
            let owner = disk.slug.as_ref().and_then(|slug| known.owner_of_slug(slug));
            let told = Leftover { owner, size_bytes: Some(disk.size_bytes), ..leftover(kind, &disk.name, why) };
            Found { told, handle }
        };
        let unfinished = holdings.unfinished_disks.iter();
        let disks =
            unfinished.filter_map(|one| Some(disk(LeftoverKind::Disk, known.why_disk(one)?, one, Handle::Disk)));
        let lone = holdings.lone_disks.iter();
        let files = lone.filter_map(|one| Some(disk(LeftoverKind::Files, known.why_files(one)?, one, Handle::Files)));
        let volumes = volumes.into_iter().filter_map(|volume| {
            let why = known.why_volume(&volume)?;
            let owner = volume.user.and_then(|user| known.owner(user));
            let told = leftover(LeftoverKind::Volume, &volume.name, why);
            let told = Leftover { owner, created_at: volume.created_at, ..told };
            Some(Found { told, handle: Handle::Volume { user: volume.user } })
        });
        Ok(Leftovers { found: containers.chain(networks).chain(disks).chain(volumes).chain(files).collect() })
    }
}

fn leftover(kind: LeftoverKind, name: &str, why: &str) -> Leftover {
    Leftover { kind, name: name.to_owned(), why: why.to_owned(), owner: None, size_bytes: None, created_at: None }
}

#[cfg(test)]
mod tests;
