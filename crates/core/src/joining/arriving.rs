//! Those who wait for an organizer: who came by a code that says so, or signed in and was not known.

use thon_domain::{
    arrival::{Arrival, Standing},
    event::Event,
    group::Group,
    id::{AccountId, ArrivalId, GroupId},
    live::{Cause, Change},
    name::{GroupName, UserName},
    problem::FieldError,
};
use thon_store::{Connection, Stamp, arrivals, events, groups};

use super::{
    Joining,
    place::{Target, seated},
};
use crate::{
    actor::{Action, Actor},
    archive,
    error::Error,
};

/// Somebody who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub arrival: Arrival,
    pub event: Event,
    /// The group that they want.
    pub group: Option<Group>,
}

/// Let somebody in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admit {
    /// Into this group instead of what they want.
    pub group: Option<GroupId>,
    /// Under this name instead of theirs.
    pub name: Option<UserName>,
}

impl Joining {
    /// Has somebody wait who signed in and has no role and no place: an organizer says whether they come in.
    ///
    /// Who waits already goes on waiting, and whoever was refused stays so.
    ///
    /// # Errors
    /// `NotFound` while there is no event; when the database does not answer.
    pub async fn wait(&self, account: AccountId, name: &str) -> Result<Arrival, Error> {
        let (nature, name) = (self.nature.clone(), name.to_owned());
        let cause = Cause { account: Some(account), name: name.clone() };
        self.store
            .write(Stamp { at: nature.clock.now(), cause }, move |w| {
                if let Some(arrival) = arrivals::last_of(w, account)? {
                    return Ok(arrival);
                }
                let event = events::current(w)?.into_iter().next().ok_or_else(|| Error::not_found("event"))?;
                let arrival = Arrival {
                    id: ArrivalId::new(nature.ids.next()),
                    account,
                    event: event.id,
                    code: None,
                    name,
                    group: None,
                    team: None,
                    standing: Standing::Waiting,
                    asked_at: w.at(),
                    decided_at: None,
                };
                arrivals::insert(w, &arrival, None)?;
                w.record(Change::ArrivalWaits { arrival: arrival.id, name: arrival.name.clone() })?;
                Ok(arrival)
            })
            .await
    }

    /// How somebody stands who came, if they came at all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn standing(&self, account: AccountId) -> Result<Option<Arrival>, Error> {
        self.store.read(move |c| Ok(arrivals::last_of(c, account)?)).await
    }

    /// Those who wait to come into their events, the first first.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, Error> {
        actor.may(Action::SeeArrivals)?;
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let theirs = arrivals::waiting(c)?.into_iter().filter(|arrival| actor.runs_event(arrival.event));
                theirs.map(|arrival| waiting(c, arrival)).collect()
            })
            .await
    }

    /// Lets somebody in who waits, and starts their instance.
    ///
    /// # Errors
    /// `NotFound` when nobody waits by this id, `Conflict` when the name is taken there, `Invalid` when they named no team and
    /// nobody says which, `Forbidden` for those who do not run the event.
    pub async fn let_in(&self, actor: &Actor, id: ArrivalId, admit: Admit) -> Result<Arrival, Error> {
        actor.may(Action::DecideArrival)?;
        let (nature, mut actor) = (self.nature.clone(), actor.clone());
        let who = actor.clone();
        let (user, arrival) = self
            .store
            .write(Stamp { at: nature.clock.now(), cause: actor.cause() }, move |w| {
                let arrival = who_waits(w, id)?;
                who.must_run(arrival.event)?;
                archive::event(w, arrival.event)?;
                let name = match admit.name {
                    Some(name) => name,
                    None => arrival.name.parse().map_err(|error| invalid("name", &error))?,
                };
                let target = target(w, &arrival, admit.group)?;
                let user = seated(w, &nature, arrival, (target, name))?;
                Ok::<_, Error>((user, arrivals::find(w, id)?.ok_or_else(nobody_waits)?))
            })
            .await?;
        actor.meets_now(arrival.event, user);
        self.start(&actor, user).await;
        Ok(arrival)
    }

    /// Sends somebody away who waits.
    ///
    /// # Errors
    /// `NotFound` when nobody waits by this id, `Forbidden` for those who do not run the event.
    pub async fn refuse(&self, actor: &Actor, id: ArrivalId) -> Result<Arrival, Error> {
        actor.may(Action::DecideArrival)?;
        let actor = actor.clone();
        self.store
            .write(Stamp { at: self.nature.clock.now(), cause: actor.cause() }, move |w| {
                let arrival = who_waits(w, id)?;
                actor.must_run(arrival.event)?;
                let (standing, decided_at) = (Standing::Refused, Some(w.at()));
                let arrival = Arrival { standing, decided_at, ..arrival };
                arrivals::update(w, &arrival)?;
                w.record(Change::ArrivalRefused { arrival: id, name: arrival.name.clone() })?;
                Ok(arrival)
            })
            .await
    }
}

fn who_waits(c: &mut Connection, id: ArrivalId) -> Result<Arrival, Error> {
    let arrival = arrivals::find(c, id)?.filter(|arrival| arrival.standing == Standing::Waiting);
    arrival.ok_or_else(nobody_waits)
}

fn nobody_waits() -> Error {
    Error::not_found("such person who waits: somebody may have decided already")
}

fn waiting(c: &mut Connection, arrival: Arrival) -> Result<Waiting, Error> {
    let event = events::find(c, arrival.event)?.ok_or_else(|| Error::not_found("such event"))?;
    let group = arrival.group.map(|group| groups::find(c, group)).transpose()?.flatten();
    Ok(Waiting { arrival, event, group })
}

/// Where somebody sits down: where an organizer says, else where they want. Several who want to found a team of one name found
/// one together.
fn target(c: &mut Connection, arrival: &Arrival, said: Option<GroupId>) -> Result<Target, Error> {
    if let Some(id) = said.or(arrival.group) {
        let group = groups::find(c, id)?.filter(|group| group.event == arrival.event);
        return Ok(Target::There(group.ok_or_else(|| Error::not_found("such group in this event"))?));
    }
    let Some(team) = &arrival.team else {
        return Err(invalid("group_id", &"they named no team: say which group they get a place in"));
    };
    let name: GroupName = team.parse().map_err(|error| invalid("team", &error))?;
    let Some(group) = groups::by_name(c, arrival.event, &name)? else { return Ok(Target::New(name)) };
    let founded = arrival.code.map(|code| arrivals::groups_by_code(c, code)).transpose()?.unwrap_or_default();
    if founded.contains(&group.id) {
        return Ok(Target::There(group));
    }
    Err(Error::conflict(format!("the event has a group {team} already"), "Say into which group they are let in."))
}

fn invalid(field: &str, message: &impl ToString) -> Error {
    let fields = vec![FieldError { field: field.to_owned(), message: message.to_string() }];
    Error::Invalid { what: "nobody was let in: see the fields".to_owned(), fields }
}
