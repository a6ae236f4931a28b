//! Who is in somebody else's editor: its owner sees them, and from when to when is written down.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt as _, future::ready};
use thon_domain::{
    id::{AccountId, UserId},
    visit::Visitor,
};
use thon_store::{Connection, Store, users};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

use crate::{clock::Nature, error::Error};

mod keep;
mod record;
mod stay;

pub use self::keep::ABOUT;
pub(crate) use self::record::{begin, role_of};
use self::stay::Stay;

/// Who has what open. Clones share it.
#[derive(Clone)]
pub struct Visits {
    store: Store,
    nature: Nature,
    /// When this process began to look: who came before that is known from the database alone.
    since: DateTime<Utc>,
    open: Arc<watch::Sender<BTreeMap<UserId, Inside>>>,
}

/// Who is in one editor or has just left it, its owner too.
type Inside = BTreeMap<AccountId, Stay>;

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
        let since = nature.clock.now();
        Self { store, nature, since, open: Arc::default() }
    }

    /// Notes that an account has this user's editor open until what it gives is dropped.
    pub fn enter(&self, user: UserId, account: AccountId) -> Visiting {
        let now = self.nature.clock.now();
        self.open.send_modify(|open| {
            open.entry(user).or_default().entry(account).or_insert(Stay::beginning(now)).entered();
        });
        Visiting { visits: self.clone(), user, account }
    }

    /// Notes that an account asked this user's editor for something by a server in front, which does not tell what is open.
    pub fn passed(&self, user: UserId, account: AccountId) {
        let now = self.nature.clock.now();
        self.open.send_if_modified(|open| {
            let inside = open.entry(user).or_default();
            let was_there = inside.get(&account).is_some_and(Stay::is_there);
            inside.entry(account).or_insert(Stay::beginning(now)).passed(now);
            !was_there
        });
    }

    fn left(&self, user: UserId, account: AccountId) {
        let now = self.nature.clock.now();
        self.open.send_modify(|open| {
            if let Some(stay) = open.get_mut(&user).and_then(|inside| inside.get_mut(&account)) {
                stay.left(now);
            }
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
    let others = inside.into_iter().filter(|(account, stay)| Some(*account) != owner && stay.is_there());
    let mut all = Vec::new();
    for (account, stay) in others {
        // Where their last role was taken a moment ago, what they have open is being cut.
        if let Some((name, role)) = record::guest(c, account, user)? {
            all.push(Visitor { name, role, since: stay.since });
        }
    }
    all.sort_by_key(|visitor| visitor.since);
    Ok(all)
}

#[cfg(test)]
mod tests;
