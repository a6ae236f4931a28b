//! Sessions: browsers that are signed in to the dashboard.

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::{
    api_token::Scope,
    device::Device,
    id::AccountId,
    live::{Cause, Change},
};
use thon_store::{Stamp, Store, sessions, sessions::SessionRow};

use crate::{actor::Actor, clock::Nature, entry::Entry, error::Error, secret::hash_of};

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
    pub expires_at: DateTime<Utc>,
    pub device: Option<Device>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// The hash of its id, which opens nothing.
    pub id: String,
    /// Unknown for those that are older than this is written down.
    pub device: Option<Device>,
    pub signed_in_at: DateTime<Utc>,
    /// To about ten minutes.
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub is_own: bool,
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
        Ok(good.map(|row| SessionData {
            account: row.account,
            data: row.data,
            expires_at: row.expires_at,
            device: row.device,
        }))
    }

    /// Keeps a session under the hash of its id.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn save(&self, id: &str, session: SessionData) -> Result<(), Error> {
        let SessionData { account, data, expires_at, device } = session;
        let id_hash = hash_of(id);
        let row = SessionRow { id_hash, account, data, created_at: self.nature.clock.now(), expires_at, device };
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

    /// Where the actor's account is signed in, this session first, then the last that was used.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own(&self, actor: &Actor, this: Option<&str>) -> Result<Vec<OpenSession>, Error> {
        let Some(account) = actor.account else { return Ok(Vec::new()) };
        let now = self.nature.clock.now();
        let rows = self.store.read(move |c| Ok::<_, Error>(sessions::of_account(c, account)?)).await?;
        let open = |row: SessionRow| OpenSession {
            is_own: this == Some(row.id_hash.as_str()),
            id: row.id_hash,
            device: row.device,
            signed_in_at: row.created_at,
            seen_at: row.expires_at - LIFE,
            expires_at: row.expires_at,
        };
        let mut open: Vec<_> = rows.into_iter().filter(|row| now < row.expires_at).map(open).collect();
        open.sort_by_key(|session| (!session.is_own, std::cmp::Reverse(session.seen_at)));
        Ok(open)
    }

    /// Ends one of the actor's own sessions, and every editor that was opened from it.
    ///
    /// # Errors
    /// `NotFound` when it is over or somebody else's, `Forbidden` for a token that does not stand for all of its account.
    pub async fn end(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        match self.end_those(actor, |session| session.id == id).await? {
            0 => Err(Error::not_found("such session")),
            _ => Ok(()),
        }
    }

    /// Ends all of the actor's sessions but `this` one, and returns how many.
    ///
    /// # Errors
    /// `Forbidden` for a token that does not stand for all of its account.
    pub async fn end_others(&self, actor: &Actor, this: Option<&str>) -> Result<usize, Error> {
        self.end_those(actor, |session| Some(session.id.as_str()) != this).await
    }

    async fn end_those(&self, actor: &Actor, which: impl Fn(&OpenSession) -> bool) -> Result<usize, Error> {
        actor.may_with_token(Scope::Admin)?;
        let Some(account) = actor.account else { return Ok(0) };
        let hashes: Vec<String> =
            self.own(actor, None).await?.into_iter().filter(which).map(|session| session.id).collect();
        let (gone, stamp) = (hashes.clone(), Stamp { cause: actor.cause(), ..self.stamp() });
        self.store
            .write(stamp, move |w| {
                for hash in &gone {
                    if sessions::delete(w, hash)? {
                        w.record(Change::SignedOut { account })?;
                    }
                }
                Ok::<_, Error>(())
            })
            .await?;
        for hash in &hashes {
            self.entry.cut_session(hash);
        }
        Ok(hashes.len())
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause: Cause::thon() }
    }
}
