//! Looking into sandboxes: what they wrote and what they take. Asked of the runtime at that moment, never stored.

use std::{sync::Arc, time::Duration};

use futures::stream::BoxStream;
use thon_domain::{
    group::Group,
    id::{InstanceId, UserId},
    sandbox::{DiskUse, LogLine, SandboxLook, SandboxMakeup, SandboxStats},
    user::User,
};
use thon_store::{Connection, Store, groups, instances, users};

use crate::{
    actor::{Action, Actor},
    error::Error,
    port::runtime::{Limits, LogSince, MOST_LOG_LINES, RuntimeError, SandboxRuntime},
    readings::Readings,
};

/// How long a page waits for the runtime; without it the page shows what is known.
const PATIENCE: Duration = Duration::from_secs(3);

/// The use cases of looking into sandboxes.
#[derive(Clone)]
pub struct Sandboxes {
    store: Store,
    runtime: Arc<dyn SandboxRuntime>,
    usual: Limits,
    readings: Readings,
}

impl Sandboxes {
    pub fn new(store: Store, runtime: Arc<dyn SandboxRuntime>, usual: Limits, readings: Readings) -> Self {
        Self { store, runtime, usual, readings }
    }

    /// The last lines that an instance's sandbox wrote, the oldest first, at most [`MOST_LOG_LINES`].
    ///
    /// # Errors
    /// `NotFound` when there is no such instance or no sandbox of it, `Forbidden` when it is somebody else's,
    /// `Unavailable` when the runtime does not answer.
    pub async fn logs(&self, actor: &Actor, id: InstanceId, lines: u32) -> Result<Vec<LogLine>, Error> {
        self.owner(actor, id).await?;
        Ok(self.runtime.logs(id, lines.min(MOST_LOG_LINES)).await?)
    }

    /// What an instance's sandbox takes now; measuring takes half a second.
    ///
    /// # Errors
    /// As [`Sandboxes::logs`]; a sandbox that does not run takes nothing and is `NotFound`.
    pub async fn stats(&self, actor: &Actor, id: InstanceId) -> Result<SandboxStats, Error> {
        self.owner(actor, id).await?;
        Ok(self.runtime.stats(id).await?)
    }

    /// What takes the most room in the volumes of an instance's sandbox; looking takes a few seconds.
    ///
    /// # Errors
    /// As [`Sandboxes::logs`]; also `Conflict` when the sandbox does not run.
    pub async fn disk_use(&self, actor: &Actor, id: InstanceId) -> Result<DiskUse, Error> {
        self.owner(actor, id).await?;
        Ok(self.runtime.disk_use(id).await?)
    }

    /// What can be seen of an instance's sandbox now: what it is made from, and what the runtime tells in time.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance, `Forbidden` when it is somebody else's.
    pub async fn look(&self, actor: &Actor, id: InstanceId, lines: u32) -> Result<SandboxLook, Error> {
        let (user, group) = self.store.read(move |c| people(c, id)).await?;
        actor.may(Action::SeeUser(user.id))?;
        let past = self.readings.past(user.id);
        let makeup = self.makeup(user, group);
        let asked = async { tokio::join!(self.runtime.logs(id, lines.min(MOST_LOG_LINES)), self.runtime.stats(id)) };
        let (log, unseen, stats) = match tokio::time::timeout(PATIENCE, asked).await {
            Ok((Ok(log), stats)) => (log, None, stats.ok()),
            Ok((Err(RuntimeError::NotFound(_)), _)) => (Vec::new(), Some("There is no sandbox now.".to_owned()), None),
            Ok((Err(_), _)) | Err(_) => (Vec::new(), Some("The sandbox runtime does not answer.".to_owned()), None),
        };
        Ok(SandboxLook { makeup, log, stats, unseen, past })
    }

    fn makeup(&self, user: User, group: Group) -> SandboxMakeup {
        let wishes = user.sandbox.over(group.sandbox);
        let Limits { memory_bytes, cpus, pids, disk_bytes } = self.usual.with(&wishes);
        SandboxMakeup { image: wishes.image, runtime: wishes.runtime, memory_bytes, cpus, pids, disk_bytes }
    }

    /// Whose instance it is, if the actor may look at it.
    pub(crate) async fn owner(&self, actor: &Actor, id: InstanceId) -> Result<UserId, Error> {
        let found = self.store.read(move |c| Ok::<_, Error>(instances::find(c, id)?)).await?;
        let instance = found.ok_or_else(|| Error::not_found("such instance"))?;
        actor.may(Action::SeeUser(instance.user))?;
        Ok(instance.user)
    }

    /// What an instance's sandbox writes until it ends, for whoever was found to be allowed to look.
    pub(crate) async fn follow_log(
        &self,
        id: InstanceId,
        since: LogSince,
    ) -> Result<BoxStream<'static, LogLine>, RuntimeError> {
        self.runtime.follow_log(id, since).await
    }
}

/// Whose instance it is.
fn people(c: &mut Connection, id: InstanceId) -> Result<(User, Group), Error> {
    let missing = || Error::not_found("such instance");
    let instance = instances::find(c, id)?.ok_or_else(missing)?;
    let user = users::find(c, instance.user)?.ok_or_else(missing)?;
    let group = groups::find(c, user.group)?.ok_or_else(missing)?;
    Ok((user, group))
}
