//! A look at everybody at once: a few queries and one list of the runtime tell who is not as they should be.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use thon_domain::{
    group::Group,
    id::{GroupId, InstanceId, UserId},
    user::User,
    workspace::Workspace,
};
use thon_store::{Connection, groups, instances, users, workspaces};

use super::{
    Reconciler,
    step::{Known, route},
};
use crate::{
    error::Error,
    fleet::next_step::{Step, next_step},
    port::runtime::Sandbox,
};

/// Who is to be looked at more closely, and whether the runtime told its part.
#[derive(Debug)]
pub(super) struct Everybody {
    pub unsettled: HashSet<InstanceId>,
    pub listed: Result<(), Error>,
}

impl Reconciler {
    /// Everybody that exists on either side but for those who are as they should be.
    ///
    /// Without the runtime's part nobody is known to be, so it is all of them.
    pub(super) async fn everybody(&self) -> Result<Everybody, Error> {
        let (ids, known) = self.store.read(all_known).await?;
        match self.runtime.list().await {
            Ok(sandboxes) => Ok(Everybody { unsettled: self.unsettled(ids, &known, &sandboxes).await, listed: Ok(()) }),
            Err(error) => {
                tracing::warn!(%error, "the sandbox runtime cannot be listed");
                Ok(Everybody { unsettled: ids, listed: Err(error.into()) })
            }
        }
    }

    async fn unsettled(
        &self,
        ids: HashSet<InstanceId>,
        known: &HashMap<InstanceId, Known>,
        sandboxes: &[Sandbox],
    ) -> HashSet<InstanceId> {
        let mut observed: HashMap<InstanceId, Vec<&Sandbox>> = HashMap::new();
        for sandbox in sandboxes {
            observed.entry(sandbox.instance).or_default().push(sandbox);
        }
        let (now, routes) = (self.nature.clock.now(), self.routes.all().await);
        let is_settled = |id: &InstanceId| {
            let Some(known) = known.get(id) else { return false };
            let observed = match observed.get(id).map(Vec::as_slice) {
                None => None,
                Some([sandbox]) => Some(*sandbox),
                // One of them is half-made.
                Some(_) => return false,
            };
            rests(known, observed, now) && routes.get(id) == Some(&route(known, observed))
        };
        ids.into_iter().chain(observed.keys().copied()).filter(|id| !is_settled(id)).collect()
    }
}

fn rests(known: &Known, observed: Option<&Sandbox>, now: DateTime<Utc>) -> bool {
    next_step(&known.instance, observed, now) == Step::Rest
}

/// The ids of all instances, and what is known of those that are whole; four queries whatever the size.
fn all_known(c: &mut Connection) -> Result<(HashSet<InstanceId>, HashMap<InstanceId, Known>), Error> {
    let instances = instances::all(c)?;
    let groups: HashMap<GroupId, Group> = groups::all(c)?.into_iter().map(|group| (group.id, group)).collect();
    let mut users: HashMap<UserId, User> = users::all(c)?.into_iter().map(|user| (user.id, user)).collect();
    let workspaces = workspaces::all(c)?.into_iter();
    let mut workspaces: HashMap<UserId, Workspace> = workspaces.map(|workspace| (workspace.user, workspace)).collect();
    let ids = instances.iter().map(|instance| instance.id).collect();
    let whole = instances.into_iter().filter_map(|instance| {
        let user = users.remove(&instance.user)?;
        let workspace = workspaces.remove(&user.id)?;
        let group = groups.get(&user.group)?.clone();
        Some((instance.id, Known { instance, user, group, workspace }))
    });
    Ok((ids, whole.collect()))
}
