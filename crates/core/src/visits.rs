//! Who is in somebody else's editor at this moment, so that its owner sees them.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt as _, future::ready};
use thon_domain::{
    id::{AccountId, UserId},
    role::Role,
    visit::Visitor,
};
use thon_store::{Connection, Store, users};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

use crate::{accounts::actor_of, clock::Nature, error::Error};

/// Who has what open. Clones share it.
#[derive(Clone)]
pub struct Visits {
    store: Store,
    nature: Nature,
    open: Arc<watch::Sender<BTreeMap<UserId, Inside>>>,
}

/// Who is in one editor, its owner too.
type Inside = BTreeMap<AccountId, Stay>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stay {
    since: DateTime<Utc>,
    /// How many tunnels they have open: a window of VS Code has two.
    tunnels: usize,
}

/// Somebody is in an editor for as long as this lives.
#[must_use]
pub struct Visiting {
    visits: Visits,
    user: UserId,
    account: AccountId,
}

impl Drop for Visiting {
    fn drop(&mut self) {
        self.visits.left(self.user, self.account);
    }
}

impl Visits {
    pub fn new(store: Store, nature: Nature) -> Self {
        Self { store, nature, open: Arc::default() }
    }

    /// Notes that an account has this user's editor open until what it gives is dropped.
    pub fn enter(&self, user: UserId, account: AccountId) -> Visiting {
        let since = self.nature.clock.now();
        self.open.send_modify(|open| {
            let inside = open.entry(user).or_default();
            inside.entry(account).or_insert(Stay { since, tunnels: 0 }).tunnels += 1;
        });
        Visiting { visits: self.clone(), user, account }
    }

    fn left(&self, user: UserId, account: AccountId) {
        self.open.send_modify(|open| {
            let Some(inside) = open.get_mut(&user) else { return };
            if let Some(stay) = inside.get_mut(&account) {
                stay.tunnels -= 1;
            }
            inside.retain(|_, stay| stay.tunnels > 0);
            open.retain(|_, inside| !inside.is_empty());
        });
    }

    /// Who visits this user's editor, now and whenever that changes. The owner is no visitor.
    pub fn follow(&self, user: UserId) -> impl Stream<Item = Vec<Visitor>> + Send + use<> {
        let store = self.store.clone();
        let inside =
            WatchStream::new(self.open.subscribe()).map(move |mut open| open.remove(&user).unwrap_or_default());
        let mut told = None;
        inside
            .then(move |inside| {
                let store = store.clone();
                async move { store.read(move |c| visitors(c, user, inside)).await }
            })
            .filter_map(move |found: Result<Vec<Visitor>, Error>| {
                let found = found.inspect_err(|error| tracing::warn!(%error, "who visits cannot be told")).ok();
                let news = found.filter(|found| told.as_ref() != Some(found));
                told = news.clone().or_else(|| told.take());
                ready(news)
            })
    }
}

/// Those inside who do not sit there, in the order in which they came.
fn visitors(c: &mut Connection, user: UserId, inside: Inside) -> Result<Vec<Visitor>, Error> {
    let owner = users::find(c, user)?.and_then(|user| user.account);
    let others = inside.into_iter().filter(|(account, _)| Some(*account) != owner);
    let mut all = Vec::new();
    for (account, stay) in others {
        let actor = match actor_of(c, account) {
            // Their last role was taken a moment ago, and what they have open is being cut.
            Err(Error::Unauthenticated) => continue,
            found => found?,
        };
        // Who does not run the event came on their round as a mentor.
        let role = if actor.role.organizes() { actor.role } else { Role::Mentor };
        all.push(Visitor { name: actor.name, role, since: stay.since });
    }
    all.sort_by_key(|visitor| visitor.since);
    Ok(all)
}

#[cfg(test)]
mod tests;
