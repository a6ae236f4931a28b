//! What volumes and directories of the host hold: looked up a few at a time, for walking through files is dear.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::{
    id::UserId,
    workspace::{Storage, Workspace},
};
use tokio::time::{Instant, timeout};

use crate::port::runtime::SandboxRuntime;

/// How long looking takes in one round at most, begun looks aside.
const BUDGET: Duration = Duration::from_secs(1);

/// How long those of one user may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// How old a figure is before it is looked up again.
const FRESH: TimeDelta = TimeDelta::seconds(30);

/// From when on a figure is none.
const HOLDS: TimeDelta = TimeDelta::minutes(5);

/// What the files of each user took, and when.
pub(super) struct Disks {
    runtime: Arc<dyn SandboxRuntime>,
    held: HashMap<UserId, (DateTime<Utc>, Option<u64>)>,
}

impl Disks {
    pub(super) fn new(runtime: Arc<dyn SandboxRuntime>) -> Self {
        Self { runtime, held: HashMap::new() }
    }

    /// What a user's files took a moment ago, if that is known.
    pub(super) fn of(&self, user: UserId, now: DateTime<Utc>) -> Option<u64> {
        self.held.get(&user).filter(|(at, _)| now - *at < HOLDS).and_then(|(_, bytes)| *bytes)
    }

    /// Looks at those that were not looked at for the longest, as many as there is time for.
    pub(super) async fn measure(&mut self, now: DateTime<Utc>, mut wanted: Vec<Workspace>) {
        let last = |user: &UserId| self.held.get(user).map(|(at, _)| *at);
        wanted.retain(|one| last(&one.user).is_none_or(|at| now - at >= FRESH));
        wanted.sort_by_key(|one| last(&one.user));
        let begun = Instant::now();
        for workspace in wanted {
            if begun.elapsed() >= BUDGET {
                break;
            }
            let held = timeout(PATIENCE, self.held_by(&workspace)).await.ok().flatten();
            self.held.insert(workspace.user, (now, held));
        }
        self.held.retain(|_, (at, _)| now - *at < HOLDS);
    }

    async fn held_by(&self, workspace: &Workspace) -> Option<u64> {
        let work = match &workspace.storage {
            Storage::Volumes => self.runtime.volume_bytes(&workspace.workspace_volume).await.ok()??,
            Storage::Bind { path } => self.runtime.directory_bytes(path).await?,
            // What passes with its sandbox stands in no volume.
            Storage::Ephemeral => return None,
        };
        Some(work + self.runtime.volume_bytes(&workspace.home_volume).await.ok()??)
    }
}
