//! Looking into sandboxes: what they wrote and what they take. Asked of the runtime at that moment, never stored.

use std::sync::Arc;

use thon_domain::{
    id::InstanceId,
    sandbox::{LogLine, SandboxStats},
};
use thon_store::{Store, instances};

use crate::{
    actor::{Action, Actor},
    error::Error,
    port::runtime::{MOST_LOG_LINES, SandboxRuntime},
};

/// The use cases of looking into sandboxes.
#[derive(Clone)]
pub struct Sandboxes {
    store: Store,
    runtime: Arc<dyn SandboxRuntime>,
}

impl Sandboxes {
    pub fn new(store: Store, runtime: Arc<dyn SandboxRuntime>) -> Self {
        Self { store, runtime }
    }

    /// The last lines that an instance's sandbox wrote, the oldest first, at most [`MOST_LOG_LINES`].
    ///
    /// # Errors
    /// `NotFound` when there is no such instance or no sandbox of it, `Forbidden` when it is somebody else's,
    /// `Unavailable` when the runtime does not answer.
    pub async fn logs(&self, actor: &Actor, id: InstanceId, lines: u32) -> Result<Vec<LogLine>, Error> {
        self.may_look(actor, id).await?;
        Ok(self.runtime.logs(id, lines.min(MOST_LOG_LINES)).await?)
    }

    /// What an instance's sandbox takes now; measuring takes half a second.
    ///
    /// # Errors
    /// As [`Sandboxes::logs`]; a sandbox that does not run takes nothing and is `NotFound`.
    pub async fn stats(&self, actor: &Actor, id: InstanceId) -> Result<SandboxStats, Error> {
        self.may_look(actor, id).await?;
        Ok(self.runtime.stats(id).await?)
    }

    async fn may_look(&self, actor: &Actor, id: InstanceId) -> Result<(), Error> {
        let found = self.store.read(move |c| Ok::<_, Error>(instances::find(c, id)?)).await?;
        let instance = found.ok_or_else(|| Error::not_found("such instance"))?;
        actor.may(Action::SeeUser(instance.user))
    }
}
