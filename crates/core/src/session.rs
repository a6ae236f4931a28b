//! Sessions: browsers that are signed in to the dashboard.

use chrono::TimeDelta;
use thon_domain::{id::AccountId, live::Cause};
use thon_store::{Stamp, Store, sessions, sessions::SessionRow};

use crate::{clock::Nature, entry::Entry, error::Error, secret::hash_of};

/// How long a session lives after it was last used.
pub const LIFE: TimeDelta = TimeDelta::hours(24);

/// How far its end may lie behind before a use moves it: no write per request.
pub const TOUCHED_EVERY: TimeDelta = TimeDelta::minutes(10);

/// The use cases around sessions. What a session's data means is the caller's.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    nature: Nature,
    entry: Entry,
}

/// A session as its keeper sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionData {
    pub account: Option<AccountId>,
    pub data: String,
    pub expires_at: chrono::DateTime<chrono::Utc>,
}

impl Sessions {
    pub fn new(store: Store, nature: Nature, entry: Entry) -> Self {
        Self { store, nature, entry }
    }

    /// The session of an id, if it is not over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(&self, id: &str) -> Result<Option<SessionData>, Error> {
        let (hash, now) = (hash_of(id), self.nature.clock.now());
        let row = self.store.read(move |c| Ok::<_, Error>(sessions::find(c, &hash)?)).await?;
        let good = row.filter(|row| now < row.expires_at);
        Ok(good.map(|row| SessionData { account: row.account, data: row.data, expires_at: row.expires_at }))
    }

    /// Keeps a session under the hash of its id.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn save(&self, id: &str, session: SessionData) -> Result<(), Error> {
        let SessionData { account, data, expires_at } = session;
        let id_hash = hash_of(id);
        let row = SessionRow { id_hash, account, data, created_at: self.nature.clock.now(), expires_at };
        self.store.write(self.stamp(), move |w| Ok::<_, Error>(sessions::save(w, &row)?)).await
    }

    /// Ends a session, and every editor that was opened from it.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let hash = hash_of(id);
        self.entry.cut_session(&hash);
        let gone = hash.clone();
        self.store.write(self.stamp(), move |w| Ok::<_, Error>(sessions::delete(w, &gone)?)).await?;
        // Once more: a request may have been let in between the two.
        self.entry.cut_session(&hash);
        Ok(())
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause: Cause { account: None, name: "thon".to_owned() } }
    }
}
