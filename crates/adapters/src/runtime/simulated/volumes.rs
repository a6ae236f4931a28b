//! The volumes of simulated sandboxes: names and owners, kept when sandboxes go, as Docker's are.

use chrono::{DateTime, Utc};
use thon_core::port::runtime::{RuntimeError, SandboxSpec};
use thon_domain::{
    id::UserId,
    workspace::{Volume, VolumeKind},
};

use super::state::State;

/// One volume.
pub(super) struct Kept {
    user: UserId,
    created_at: DateTime<Utc>,
}

impl State {
    /// Makes the volumes of a sandbox unless they are there.
    ///
    /// # Errors
    /// `Rejected` when one is somebody else's.
    pub(super) fn adopt_volumes(&mut self, spec: &SandboxSpec, now: DateTime<Utc>) -> Result<(), RuntimeError> {
        for (name, _) in spec.workspace.mounts() {
            let kept = self.volumes.entry(name.to_owned()).or_insert(Kept { user: spec.user, created_at: now });
            if kept.user != spec.user {
                return Err(foreign(name, kept.user));
            }
        }
        Ok(())
    }

    pub(super) fn volumes(&self) -> Vec<Volume> {
        let volume = |(name, kept): (&String, &Kept)| Volume {
            name: name.clone(),
            user: Some(kept.user),
            group: None,
            kind: VolumeKind::from_name(name),
            created_at: Some(kept.created_at),
            limit_bytes: None,
            in_use: self.mounts(name),
        };
        self.volumes.iter().map(volume).collect()
    }

    /// Deletes a volume.
    ///
    /// # Errors
    /// `Rejected` when it is mounted or somebody else's.
    pub(super) fn remove_volume(&mut self, name: &str, user: Option<UserId>) -> Result<(), RuntimeError> {
        let Some(kept) = self.volumes.get(name) else { return Ok(()) };
        if Some(kept.user) != user {
            return Err(foreign(name, kept.user));
        }
        if self.mounts(name) {
            let reason = format!("a sandbox has the volume `{name}` mounted: terminate it first");
            return Err(RuntimeError::Rejected { code: "volume-in-use", reason });
        }
        self.volumes.remove(name);
        Ok(())
    }

    fn mounts(&self, name: &str) -> bool {
        self.sandboxes.values().any(|held| held.spec.workspace.mounts().iter().any(|(mounted, _)| *mounted == name))
    }
}

fn foreign(name: &str, owner: UserId) -> RuntimeError {
    let reason = format!("the volume `{name}` belongs to user {owner}, so it is left alone");
    RuntimeError::Rejected { code: "volume-foreign", reason }
}
