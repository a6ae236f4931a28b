//! Entry to editors: from a session on the dashboard to a browser that may open one sandbox's origin.
//!
//! The dashboard's cookie never reaches a sandbox. Whoever may open an editor gets a ticket for its origin; the edge changes
//! the ticket for a cookie of that origin alone, which ends with the session that it came from.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use thon_domain::{
    address::{Door, Doorway},
    id::{AccountId, UserId, VisitId},
    live::Cause,
    sharing::Audience,
    slug::Slug,
};
use thon_store::{
    Connection, Stamp, Store, Trail, editor_sessions, instances, sessions, sessions::SessionRow, users,
    visits::OneVisit,
};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::actor_of,
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    secret::{Secret, hash_of},
    session, visits,
};

mod visit;

/// How long a ticket is good: the time of one redirect.
const TICKET_LIFE: TimeDelta = TimeDelta::seconds(30);

/// How long an admission is believed before the database is asked again.
const BELIEVED: TimeDelta = TimeDelta::seconds(30);

/// How long after that it is kept at all: as long as an idle tunnel may live.
const FORGOTTEN: TimeDelta = TimeDelta::hours(25);

/// A browser that is let in.
#[derive(Clone, Debug)]
pub struct Admitted {
    pub user: UserId,
    /// Nobody knows who it is at a port that is for everybody.
    pub actor: Option<Actor>,
    /// Whether they may come to this port only because it is shared: what they do there is no work of its owner's.
    pub guest: bool,
    /// Fires when the session or the sharing ends: open tunnels are cut.
    pub revoked: CancellationToken,
}

/// How many cuts a slow listener may be behind; whoever misses one has to cut everything.
const CUTS_KEPT: usize = 1024;

/// What has lost its right to be open. By hashes: it opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// Everything that was opened from a session.
    Session(String),
    /// What was opened with an editor's cookie at one origin.
    Door {
        cookie: String,
        slug: Slug,
        #[serde(default)]
        door: Door,
    },
    /// What guests have opened of a port: it is for others than before.
    Port { slug: Slug, port: u16 },
    /// Everything that an account has opened: it may do other things than before. What it still may is let in anew.
    Account(AccountId),
    /// What an account has opened of somebody's sandbox, who wants it out.
    Visit { account: AccountId, slug: Slug },
}

/// The use cases between the dashboard and the edge.
#[derive(Clone)]
pub struct Entry {
    store: Store,
    nature: Nature,
    tickets: Arc<Mutex<HashMap<String, Ticket>>>,
    admitted: Arc<Mutex<HashMap<Key, Believed>>>,
    sessions: Arc<Mutex<HashMap<String, CancellationToken>>>,
    /// How often the guests of a port or an account were cut: whoever was let in meanwhile is asked about again.
    recalled: Arc<AtomicU64>,
    cuts: broadcast::Sender<Cut>,
}

struct Ticket {
    doorway: Doorway,
    session: String,
    /// The visit that begins with it, and by whom, when it is not one's own editor.
    visit: Option<(OneVisit, Cause)>,
    /// The trail of the request that asked for it, which goes on where it is changed for a cookie.
    trail: Option<Trail>,
    good_until: DateTime<Utc>,
}

/// A cookie (hashed) at one door, or none.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    cookie: Option<String>,
    doorway: Doorway,
}

struct Believed {
    admitted: Admitted,
    session: Option<String>,
    until: DateTime<Utc>,
}

impl Believed {
    fn is_of(&self, account: AccountId) -> bool {
        self.admitted.actor.as_ref().is_some_and(|actor| actor.account == Some(account))
    }
}

impl Entry {
    pub fn new(store: Store, nature: Nature) -> Self {
        Self {
            store,
            nature,
            tickets: Arc::default(),
            admitted: Arc::default(),
            sessions: Arc::default(),
            recalled: Arc::default(),
            cuts: broadcast::Sender::new(CUTS_KEPT),
        }
    }

    /// Makes a ticket for one door, good once and for half a minute.
    ///
    /// Whoever was asked to end a visit comes again by saying that they know: `knows` is that visit.
    ///
    /// # Errors
    /// `Forbidden` when the actor may not come in there, or was asked to leave and does not say so; `NotFound` when there is
    /// none at this address.
    pub async fn ticket(
        &self,
        actor: &Actor,
        session_hash: &str,
        doorway: Doorway,
        knows: Option<VisitId>,
    ) -> Result<Secret, Error> {
        let (who, wanted) = (actor.clone(), doorway.clone());
        let user = self.store.read(move |c| visit::may_enter_again(c, &who, &wanted, knows)).await?;
        let (secret, now) = (Secret::random(""), self.nature.clock.now());
        let (session, good_until) = (session_hash.to_owned(), now + TICKET_LIFE);
        let visit = self.visit(actor, user, &doorway);
        let ticket = Ticket { doorway, session, visit, trail: Trail::current(), good_until };
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|_, ticket| now < ticket.good_until);
        tickets.insert(secret.hash(), ticket);
        Ok(secret)
    }

    /// The port at which a sandbox is reached where it has no name, once it has one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn public_port(&self, slug: Slug) -> Result<Option<u16>, Error> {
        self.store
            .read(move |c| {
                let Some(user) = users::by_slug(c, &slug)? else { return Ok(None) };
                Ok::<_, Error>(instances::of_user(c, user.id)?.and_then(|instance| instance.public_port))
            })
            .await
    }

    /// Changes a ticket for the secret of a cookie, and writes down a visit in somebody else's editor.
    ///
    /// # Errors
    /// `Unauthenticated` when the ticket is unknown, used, too old or for another origin.
    pub async fn redeem(&self, ticket: &str, doorway: &Doorway) -> Result<Secret, Error> {
        let taken = self.tickets.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash_of(ticket));
        let now = self.nature.clock.now();
        let ticket = taken.filter(|ticket| ticket.doorway == *doorway && now < ticket.good_until);
        let ticket = ticket.ok_or(Error::Unauthenticated)?;
        let secret = Secret::random("");
        let row = editor_sessions::EditorSession {
            id_hash: secret.hash(),
            session_id_hash: ticket.session,
            doorway: ticket.doorway,
            created_at: now,
        };
        let (visit, cause) = ticket.visit.map_or_else(|| (None, Cause::thon()), |(visit, who)| (Some(visit), who));
        let written = self.store.write(Stamp { at: now, cause }, move |w| {
            editor_sessions::insert(w, &row)?;
            visit.map_or(Ok(()), |visit| visits::begin(w, &visit))
        });
        match ticket.trail {
            Some(trail) => trail.follow(written).await?,
            None => written.await?,
        }
        Ok(secret)
    }

    /// Whether a cookie, or none, lets its browser in by this door. An editor's is good for the ports of its sandbox, too.
    ///
    /// # Errors
    /// `Unauthenticated` when the cookie is not good here, `Forbidden` when what is behind the door is not for them any more.
    pub async fn admit(&self, cookie: Option<&str>, doorway: &Doorway) -> Result<Admitted, Error> {
        if cookie.is_none() && doorway.door == Door::Editor {
            return Err(Error::Unauthenticated);
        }
        let key = Key { cookie: cookie.map(hash_of), doorway: doorway.clone() };
        if let Some(admitted) = self.believed(&key) {
            return Ok(admitted);
        }
        loop {
            let recalled = self.recalled.load(Ordering::SeqCst);
            let (wanted, now) = (key.clone(), self.nature.clock.now());
            let found = match self.store.read(move |c| found(c, &wanted, now)).await {
                Ok(found) => found,
                Err(error) => {
                    self.lose(key);
                    return Err(error);
                }
            };
            if let Some(session) = &found.session {
                self.slide(session).await?;
            }
            if let Some(admitted) = self.believe(key.clone(), found, recalled) {
                return Ok(admitted);
            }
        }
    }

    /// Cuts what was open with a cookie that is not good at its door any more.
    fn lose(&self, key: Key) {
        match key {
            Key { cookie: Some(cookie), doorway: Doorway { slug, door } } => {
                self.cut(&Cut::Door { cookie, slug, door });
            }
            key => self.disbelieve(|known, _| *known == key),
        }
    }

    /// Working in an editor counts as being there: the session goes on.
    async fn slide(&self, session: &SessionRow) -> Result<(), Error> {
        let now = self.nature.clock.now();
        let expires_at = now + session::LIFE;
        if expires_at - session.expires_at < session::TOUCHED_EVERY {
            return Ok(());
        }
        let row = SessionRow { expires_at, ..session.clone() };
        let stamp = Stamp { at: now, cause: Cause { account: None, name: "thon".to_owned() } };
        self.store.write(stamp, move |w| Ok::<_, Error>(sessions::save(w, &row)?)).await
    }

    /// Fires when a session ends, for what stays open as long as it lasts.
    pub fn session_end(&self, session_hash: &str) -> CancellationToken {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(session_hash.to_owned()).or_default().clone()
    }

    /// Cuts everything that was opened from a session, open tunnels included.
    pub fn cut_session(&self, session_hash: &str) {
        self.cut(&Cut::Session(session_hash.to_owned()));
    }

    /// Cuts what has lost its right, whoever found that out.
    pub fn cut(&self, cut: &Cut) {
        match cut {
            Cut::Session(hash) => {
                // It stays, fired: whoever was let in a moment before and asks only now hears of it, too.
                self.session_end(hash).cancel();
                self.disbelieve(|_, believed| believed.session.as_ref() == Some(hash));
            }
            Cut::Door { cookie, slug, door } => {
                let doorway = Doorway { slug: slug.clone(), door: *door };
                self.disbelieve(|key, _| key.cookie.as_ref() == Some(cookie) && key.doorway == doorway);
            }
            Cut::Port { slug, port } => {
                self.recalled.fetch_add(1, Ordering::SeqCst);
                let doorway = Doorway { slug: slug.clone(), door: Door::Port(*port) };
                self.disbelieve(|key, believed| key.doorway == doorway && believed.admitted.guest);
            }
            Cut::Visit { account, slug } => {
                self.recalled.fetch_add(1, Ordering::SeqCst);
                self.disbelieve(|key, believed| key.doorway.slug == *slug && believed.is_of(*account));
            }
            Cut::Account(account) => {
                self.recalled.fetch_add(1, Ordering::SeqCst);
                self.disbelieve(|_, believed| believed.is_of(*account));
            }
        }
        // Mostly nobody else has tunnels of ours.
        let _ = self.cuts.send(cut.clone());
    }

    /// Hears of everything that is cut from now on.
    pub fn cuts(&self) -> broadcast::Receiver<Cut> {
        self.cuts.subscribe()
    }

    fn believed(&self, key: &Key) -> Option<Admitted> {
        let now = self.nature.clock.now();
        let admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        admitted.get(key).filter(|known| now < known.until).map(|known| known.admitted.clone())
    }

    /// Remembers an admission, unless guests or an account were cut since it was looked up. Tunnels of an earlier one at this door keep their
    /// token.
    fn believe(&self, key: Key, found: Found, recalled: u64) -> Option<Admitted> {
        let Found { user, actor, guest, session } = found;
        let mut all = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        if self.recalled.load(Ordering::SeqCst) != recalled {
            return None;
        }
        let revoked = all.get(&key).map(|known| known.admitted.revoked.clone()).unwrap_or_default();
        let admitted = Admitted { user, actor, guest, revoked };
        let now = self.nature.clock.now();
        all.retain(|_, known| now < known.until + FORGOTTEN);
        let until = now + BELIEVED;
        let session = session.map(|session| session.id_hash);
        all.insert(key, Believed { admitted: admitted.clone(), session, until });
        Some(admitted)
    }

    fn disbelieve(&self, which: impl Fn(&Key, &Believed) -> bool) {
        let mut all = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|key, believed| {
            let ends = which(key, believed);
            if ends {
                believed.admitted.revoked.cancel();
            }
            !ends
        });
    }
}

/// Who comes in by a door, and to whom.
struct Found {
    user: UserId,
    actor: Option<Actor>,
    guest: bool,
    session: Option<SessionRow>,
}

fn found(c: &mut Connection, key: &Key, now: DateTime<Utc>) -> Result<Found, Error> {
    let wants = &key.doorway;
    let Some(cookie) = &key.cookie else {
        return match house(c, wants) {
            Ok((user, action)) if action.is_public() => Ok(Found { user, actor: None, guest: true, session: None }),
            // Whether there is such a sandbox is nothing that strangers need to know.
            Ok(_) | Err(Error::NotFound { .. }) => Err(Error::Unauthenticated),
            Err(error) => Err(error),
        };
    };
    let (editor, session) = editor_sessions::find(c, cookie)?.ok_or(Error::Unauthenticated)?;
    let account = session.account.ok_or(Error::Unauthenticated)?;
    let has = &editor.doorway;
    let fits = has.slug == wants.slug && (has.door == wants.door || has.door == Door::Editor);
    if !fits || session.expires_at <= now {
        return Err(Error::Unauthenticated);
    }
    let actor = actor_of(c, account)?;
    let user = may_enter(c, &actor, wants)?;
    let guest = actor.may(Action::OpenEditor(user)).is_err();
    Ok(Found { user, actor: Some(actor), guest, session: Some(session) })
}

/// Whose sandbox it is, if the actor may come in by this door.
fn may_enter(c: &mut Connection, actor: &Actor, doorway: &Doorway) -> Result<UserId, Error> {
    let (user, action) = house(c, doorway)?;
    actor.may(action)?;
    Ok(user)
}

/// Whose sandbox it is, and what one does who comes in by this door.
fn house(c: &mut Connection, doorway: &Doorway) -> Result<(UserId, Action), Error> {
    let user = users::by_slug(c, &doorway.slug)?.ok_or_else(|| Error::not_found("editor at this address"))?;
    let Door::Port(port) = doorway.door else { return Ok((user.id, Action::OpenEditor(user.id))) };
    let instance = instances::of_user(c, user.id)?;
    let audience = instance.map_or(Audience::Owner, |instance| instance.shared_ports.audience(port));
    Ok((user.id, Action::OpenPort { user: user.id, group: user.group, audience }))
}

#[cfg(test)]
mod tests;
