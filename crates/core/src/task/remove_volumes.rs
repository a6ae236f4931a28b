//! Deletes the volumes that people asked to delete, once no sandbox holds them. Nothing else deletes one.

use std::{sync::Arc, time::Duration};

use thon_domain::{
    live::{Cause, Change},
    workspace::VolumeRemoval,
};
use thon_store::{Stamp, Store, volume_removals};

use super::{About, Beat};
use crate::{
    clock::Nature,
    error::Error,
    port::runtime::{RuntimeError, SandboxRuntime},
};

/// How often it looks; how long a volume may outlive its sandbox.
const PERIOD: Duration = Duration::from_secs(10);

/// What this task is.
pub const ABOUT: About = About {
    name: "remove_volumes",
    purpose: "Deletes the volumes that people asked to delete, once no sandbox holds them.",
    period: PERIOD,
    woken_by: None,
};

/// What deletes volumes.
pub struct Removals {
    store: Store,
    nature: Nature,
    runtime: Arc<dyn SandboxRuntime>,
}

impl Removals {
    pub fn new(store: Store, nature: Nature, runtime: Arc<dyn SandboxRuntime>) -> Self {
        Self { store, nature, runtime }
    }

    /// Looks until told to stop.
    pub async fn run(self, mut beat: Beat) {
        while beat.next().await {
            let looked = self.look().await;
            if let Err(error) = &looked {
                tracing::warn!(%error, "volumes that are to go cannot be looked at");
            }
            beat.ended(&looked);
        }
    }

    /// Deletes what can go now.
    ///
    /// # Errors
    /// When the database does not answer. What the runtime does not delete is tried again.
    pub async fn look(&self) -> Result<(), Error> {
        for removal in self.store.read(|c| Ok::<_, Error>(volume_removals::all(c)?)).await? {
            match self.runtime.remove_volume(&removal.volume, Some(removal.user)).await {
                Ok(()) => self.done(removal).await?,
                Err(RuntimeError::Rejected { code: "volume-in-use", .. } | RuntimeError::Unavailable { .. }) => {}
                Err(error) => tracing::warn!(volume = removal.volume, %error, "a volume that is to go stays"),
            }
        }
        Ok(())
    }

    async fn done(&self, removal: VolumeRemoval) -> Result<(), Error> {
        let stamp = Stamp { at: self.nature.clock.now(), cause: Cause { account: None, name: removal.asked_by } };
        self.store
            .write(stamp, move |w| {
                if volume_removals::done(w, &removal.volume)? {
                    w.record(Change::VolumeDeleted { volume: removal.volume, user: removal.user })?;
                }
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use thon_domain::{
        id::{InstanceId, WorkspaceId},
        user::User,
        workspace::Workspace,
    };

    use super::*;
    use crate::{
        fake::runtime::Shelf,
        port::runtime::{Limits, SandboxSpec},
        secret::editor_secret,
        testing::Ground,
    };

    fn spec_of(ground: &Ground, user: &User) -> SandboxSpec {
        let id = || ground.clock.nature().ids.next();
        SandboxSpec {
            instance: InstanceId::new(id()),
            user: user.id,
            group_name: "alpha".parse().expect("a name"),
            user_name: user.name.clone(),
            slug: user.slug.clone(),
            generation: 1,
            host_port: 8443,
            secret: editor_secret(),
            workspace: Workspace::of(WorkspaceId::new(id()), user.id, &user.slug),
            rescue: false,
            group_volume: None,
            image: None,
            runtime: None,
            limits: Limits::default(),
            env: BTreeMap::new(),
            files: Vec::new(),
        }
    }

    #[tokio::test]
    async fn a_volume_goes_when_its_sandbox_has_gone_and_the_log_says_who_asked() {
        let ground = Ground::with("{ alpha: [alice] }").await;
        let nature = ground.clock.nature();
        let alice = ground.user("alpha/alice").await;
        let runtime = Arc::new(Shelf::new(nature.clock.clone()));
        let spec = spec_of(&ground, &alice);
        runtime.create(&spec).await.expect("made");
        let volume = spec.workspace.workspace_volume.clone();
        let asked = VolumeRemoval {
            volume: volume.clone(),
            user: alice.id,
            asked_at: nature.clock.now(),
            asked_by: "Olga".to_owned(),
        };
        let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
        ground.store.write(stamp, move |w| volume_removals::insert(w, &asked)).await.expect("asked");
        let removals = Removals::new(ground.store.clone(), nature, runtime.clone());
        let mut bus = ground.store.activity();
        let there = async || runtime.volumes().await.expect("volumes").iter().any(|one| one.name == volume);

        removals.look().await.expect("a look");
        assert!(there().await, "its sandbox still holds it");
        runtime.remove(spec.instance).await.expect("removed");
        removals.look().await.expect("a look");
        assert!(!there().await);
        let told = bus.try_recv().expect("told");
        assert_eq!((told.cause.name.as_str(), <&str>::from(&told.change)), ("Olga", "volume_deleted"));
        let left = ground.store.read(volume_removals::all).await.expect("read");
        assert_eq!(left, []);
    }
}
