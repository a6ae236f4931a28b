//! Joining: from a code on the wall, or from having signed in unknown, to a place of one's own.
//!
//! A code says where it leads, for how many and until when. Whoever comes by it gets an account, a place in a group and an
//! instance that starts by itself; or waits for an organizer, where the code says so.

use std::net::IpAddr;

use thon_domain::{
    arrival::{Arrival, Standing},
    event::{Event, JoinPolicy},
    group::Group,
    id::{AccountId, ArrivalId, GroupId, UserId},
    join_code::{JoinCode, JoinText, JoinTrouble},
    live::{Cause, Change},
    name::{GroupName, UserName},
};
use thon_store::{Connection, Stamp, Store, StoreError, Writer, accounts, arrivals, events, groups, join_codes, users};

use self::place::{Target, full, seated};
use crate::{
    accounts::{actor_of, insert_account},
    clock::Nature,
    error::Error,
    fleet::Fleet,
    secret::hash_of,
    sign_in,
    tally::Tally,
};

mod arriving;
mod codes;
mod elsewhere;
mod place;

pub use self::{
    arriving::{Admit, Waiting},
    codes::{CodeStanding, MakeCode, USUAL_HOURS, USUAL_PLACES, USUAL_SEATS},
};

/// How many wrong codes are taken from one address within ten minutes: far more than a venue behind one has people who
/// mistype theirs.
const WRONG_CODES: usize = 600;

/// The use cases of joining.
#[derive(Clone)]
pub struct Joining {
    store: Store,
    nature: Nature,
    fleet: Fleet,
    wrong: Tally<IpAddr>,
}

/// What a code offers to whoever has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub code: JoinCode,
    pub event: Event,
    /// The one group that it leads to.
    pub group: Option<Group>,
    /// The teams that were founded by it and have room.
    pub teams: Vec<Team>,
    /// How many may still come.
    pub left: u32,
}

/// A team with room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub group: Group,
    pub free: u32,
}

/// What somebody sends who wants to come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Join {
    pub code: String,
    pub name: String,
    /// A team that is there.
    pub team: Option<GroupId>,
    /// The name of one that is not.
    pub new_team: String,
    /// What the page carried, so that one form sent twice is one arrival.
    pub form: String,
    /// Who is signed in already, or waits.
    pub account: Option<AccountId>,
    /// Who they proved to be elsewhere, whom nobody here knows: the next time, that signs them in.
    pub elsewhere: Option<sign_in::Arrival>,
    /// Where they come from.
    pub from: Option<IpAddr>,
}

/// Somebody who came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    pub account: AccountId,
    /// Their place; `None` while they wait for an organizer.
    pub user: Option<UserId>,
}

/// Why somebody did not come in.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// Something that they can mend.
    #[error("not joined: {0}")]
    Trouble(JoinTrouble),
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for JoinError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<JoinTrouble> for JoinError {
    fn from(trouble: JoinTrouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl Joining {
    pub fn new(store: Store, nature: Nature, fleet: Fleet) -> Self {
        Self { store, nature, fleet, wrong: Tally::new(WRONG_CODES) }
    }

    /// What a code offers.
    ///
    /// # Errors
    /// [`JoinTrouble::Code`] when there is no such code or it is over, [`JoinTrouble::TooMany`] after too many of those from
    /// one address.
    pub async fn offer(&self, code: &str, from: Option<IpAddr>) -> Result<Offer, JoinError> {
        let code = self.typed(code, from)?;
        let now = self.nature.clock.now();
        let offered = self.store.read(move |c| offer(c, &code, now)).await;
        self.noted(from, offered)
    }

    /// Lets somebody in, or has them wait, and starts their instance once they are in.
    ///
    /// # Errors
    /// Every [`JoinTrouble`]; when the database does not answer.
    pub async fn join(&self, join: Join) -> Result<Joined, JoinError> {
        let from = join.from;
        let code = self.typed(&join.code, from)?;
        let (nature, now) = (self.nature.clone(), self.nature.clock.now());
        let stamp = Stamp { at: now, cause: Cause { account: join.account, name: "a join code".to_owned() } };
        let came = self.store.write(stamp, move |w| come(w, &nature, &code, &join)).await;
        let joined = self.noted(from, came)?;
        if let Some(user) = joined.user {
            let actor = self.store.read(move |c| actor_of(c, joined.account)).await?;
            self.start(&actor, user).await;
        }
        Ok(joined)
    }

    /// Starts somebody's instance. Where that is not possible now there is a button for it.
    async fn start(&self, actor: &crate::actor::Actor, user: UserId) {
        match self.fleet.launch(actor, user).await {
            // It was there before: they came a second time.
            Ok(_) | Err(Error::Conflict { .. }) => {}
            Err(error) => tracing::warn!(%user, %error, "somebody joined, and their instance was not launched"),
        }
    }

    /// Reads a code. One that cannot be one is as wrong as one that is not there.
    fn typed(&self, text: &str, from: Option<IpAddr>) -> Result<JoinText, JoinError> {
        let now = self.nature.clock.now();
        if let Some(from) = from {
            self.wrong.check(&whole(from), now).map_err(|_| JoinTrouble::TooMany)?;
        }
        let read = text.parse().map_err(|_| JoinTrouble::Code.into());
        self.noted(from, read)
    }

    /// Counts a wrong code.
    fn noted<T>(&self, from: Option<IpAddr>, result: Result<T, JoinError>) -> Result<T, JoinError> {
        if let (Some(from), Err(JoinError::Trouble(JoinTrouble::Code))) = (from, &result) {
            self.wrong.count(whole(from), self.nature.clock.now());
        }
        result
    }
}

/// Whose address it is: of IPv6 one has 2^64 at least (RFC 6177), so they count as one.
fn whole(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| IpAddr::V6((v6.to_bits() >> 64 << 64).into()), IpAddr::V4),
    }
}

/// A code that somebody may still come by, with what the event says of everybody who comes.
fn good(c: &mut Connection, code: &JoinText, now: chrono::DateTime<chrono::Utc>) -> Result<JoinCode, JoinError> {
    let code = join_codes::by_text(c, code)?.filter(|code| code.is_good(now)).ok_or(JoinTrouble::Code)?;
    let event = events::find(c, code.event)?.filter(|event| !event.is_archived()).ok_or(JoinTrouble::Code)?;
    match event.join_policy {
        JoinPolicy::Codes => Ok(code),
        JoinPolicy::Approval => Ok(JoinCode { approval: true, ..code }),
        JoinPolicy::Closed => Err(JoinTrouble::Code.into()),
    }
}

fn offer(c: &mut Connection, code: &JoinText, now: chrono::DateTime<chrono::Utc>) -> Result<Offer, JoinError> {
    let code = good(c, code, now)?;
    let event = events::find(c, code.event)?.ok_or(JoinTrouble::Code)?;
    let left = code.places.saturating_sub(arrivals::by_code(c, code.id)?);
    let group = code.group.map(|group| groups::find(c, group)).transpose()?.flatten();
    let mut teams = Vec::new();
    if group.is_none() {
        for id in arrivals::groups_by_code(c, code.id)? {
            let Some(group) = groups::find(c, id)? else { continue };
            let free = free_seats(c, &code, id)?;
            if free > 0 {
                teams.push(Team { group, free });
            }
        }
        teams.sort_by_cached_key(|team| team.group.name.folded());
    }
    Ok(Offer { code, event, group, teams, left })
}

fn free_seats(c: &mut Connection, code: &JoinCode, group: GroupId) -> Result<u32, JoinError> {
    let taken = users::of_group(c, group)?.len();
    Ok(code.seats.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX)))
}

fn come(w: &mut Writer<'_>, nature: &Nature, code: &JoinText, join: &Join) -> Result<Joined, JoinError> {
    let now = w.at();
    let code = good(w, code, now)?;
    let form_hash = (!join.form.is_empty()).then(|| hash_of(&join.form));
    let elsewhere = join.elsewhere.as_ref().filter(|elsewhere| elsewhere.admitted);
    let own = match elsewhere {
        Some(elsewhere) if join.account.is_none() => elsewhere::account(w, elsewhere)?,
        _ => join.account,
    };
    if let Some(earlier) = earlier(w, &code, form_hash.as_deref(), own)? {
        return Ok(earlier);
    }
    if arrivals::by_code(w, code.id)? >= code.places {
        return Err(JoinTrouble::NoPlaces.into());
    }
    let name: UserName = join.name.trim().parse().map_err(|_| JoinTrouble::Name)?;
    let target = target(w, &code, join)?;
    if let Target::There(group) = &target {
        if full(w, group.id, code.seats)? {
            return Err(JoinTrouble::TeamFull.into());
        }
        if users::by_name(w, group.id, &name)?.is_some() {
            return Err(JoinTrouble::NameTaken.into());
        }
    }
    let account = match own {
        Some(account) => accounts::find(w, account)?.ok_or(Error::Unauthenticated)?,
        None => insert_account(w, nature, name.as_str())?,
    };
    if let Some(elsewhere) = elsewhere {
        elsewhere::link(w, elsewhere, account.id)?;
    }
    let (group, team) = match &target {
        Target::There(group) => (Some(group.id), None),
        Target::New(team) => (None, Some(team.to_string())),
    };
    let arrival = Arrival {
        id: ArrivalId::new(nature.ids.next()),
        account: account.id,
        event: code.event,
        code: Some(code.id),
        name: name.to_string(),
        group,
        team,
        standing: Standing::Waiting,
        asked_at: w.at(),
        decided_at: None,
    };
    arrivals::insert(w, &arrival, form_hash.as_deref())?;
    w.record(Change::JoinCodeUsed { code: code.id, event: code.event, account: account.id })?;
    if code.approval {
        w.record(Change::ArrivalWaits { arrival: arrival.id, name: arrival.name })?;
        return Ok(Joined { account: account.id, user: None });
    }
    let user = seated(w, nature, arrival, (target, name))?;
    w.record(Change::SignedIn { account: account.id })?;
    Ok(Joined { account: account.id, user: Some(user) })
}

/// What became of the same wish before: of the same form, or of somebody who has a place there already or waits for one.
fn earlier(
    c: &mut Connection,
    code: &JoinCode,
    form_hash: Option<&str>,
    account: Option<AccountId>,
) -> Result<Option<Joined>, JoinError> {
    let by_form = form_hash.map(|hash| arrivals::by_form(c, hash)).transpose()?.flatten();
    let Some(account) = by_form.map(|arrival| arrival.account).or(account) else { return Ok(None) };
    for user in users::of_account(c, account)? {
        if groups::find(c, user.group)?.is_some_and(|group| group.event == code.event) {
            return Ok(Some(Joined { account, user: Some(user.id) }));
        }
    }
    let waits = arrivals::last_of(c, account)?
        .is_some_and(|arrival| arrival.event == code.event && arrival.standing == Standing::Waiting);
    Ok(waits.then_some(Joined { account, user: None }))
}

/// Where somebody wants to sit, as far as their code leads there.
fn target(c: &mut Connection, code: &JoinCode, join: &Join) -> Result<Target, JoinError> {
    if let Some(group) = code.group {
        return Ok(Target::There(groups::find(c, group)?.ok_or(JoinTrouble::Code)?));
    }
    if let Some(team) = join.team {
        let known = arrivals::groups_by_code(c, code.id)?.contains(&team);
        let group = groups::find(c, team)?.filter(|_| known);
        return Ok(Target::There(group.ok_or(JoinTrouble::Team)?));
    }
    let name: GroupName = join.new_team.trim().parse().map_err(|_| JoinTrouble::Team)?;
    match groups::by_name(c, code.event, &name)? {
        Some(_) => Err(JoinTrouble::TeamTaken.into()),
        None => Ok(Target::New(name)),
    }
}

#[cfg(test)]
mod tests;
