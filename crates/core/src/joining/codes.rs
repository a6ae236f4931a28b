//! Codes: made, looked at, shown on a wall, revoked.

use chrono::TimeDelta;
use thon_domain::{
    event::Event,
    group::Group,
    id::{GroupId, JoinCodeId},
    join_code::{JoinCode, JoinText},
    live::Change,
    problem::FieldError,
};
use thon_store::{Connection, Stamp, arrivals, events, groups, join_codes};

use super::Joining;
use crate::{
    actor::{Action, Actor},
    archive,
    error::Error,
    secret::random,
};

/// How many people sit in a group when nobody says.
pub const USUAL_SEATS: u32 = 5;

/// How many come by one code when nobody says.
pub const USUAL_PLACES: u32 = 200;

/// How long a code is good when nobody says, in hours.
pub const USUAL_HOURS: u32 = 12;

/// The most that may be said of each.
const MOST_SEATS: u32 = 1000;
const MOST_PLACES: u32 = 10_000;
const MOST_HOURS: u32 = 31 * 24;

/// Make a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeCode {
    /// The id that people write for the event; the oldest event, or the group's, when none is named.
    pub event_id: Option<String>,
    /// The group that it leads to; `None` for a team of one's own.
    pub group: Option<GroupId>,
    pub seats: u32,
    pub places: u32,
    pub hours: u32,
    pub approval: bool,
}

/// A code, and how far it is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeStanding {
    pub code: JoinCode,
    pub event: Event,
    pub group: Option<Group>,
    /// How many came by it, those who wait included.
    pub came: u32,
}

impl Joining {
    /// Makes a code.
    ///
    /// # Errors
    /// `Invalid` when a number is out of its bounds, `NotFound` when there is no such event or group, `Forbidden` for those
    /// who do not run the event.
    pub async fn make_code(&self, actor: &Actor, asked: MakeCode) -> Result<CodeStanding, Error> {
        actor.may(Action::MakeJoinCode)?;
        check(&asked)?;
        let (nature, actor) = (self.nature.clone(), actor.clone());
        self.store
            .write(Stamp { at: nature.clock.now(), cause: actor.cause() }, move |w| {
                let (event, group) = place(w, &actor, &asked)?;
                let code = JoinCode {
                    id: JoinCodeId::new(nature.ids.next()),
                    event: event.id,
                    group: group.as_ref().map(|group| group.id),
                    code: JoinText::of_bits(random()),
                    seats: asked.seats,
                    places: asked.places,
                    approval: asked.approval,
                    created_at: w.at(),
                    expires_at: w.at() + TimeDelta::hours(asked.hours.into()),
                    revoked_at: None,
                };
                join_codes::insert(w, &code)?;
                w.record(Change::JoinCodeMade { code: code.id, event: event.id })?;
                Ok(CodeStanding { code, event, group, came: 0 })
            })
            .await
    }

    /// The codes of their events that are not revoked, the newest first.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn codes(&self, actor: &Actor) -> Result<Vec<CodeStanding>, Error> {
        actor.may(Action::SeeJoinCodes)?;
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let theirs = join_codes::all(c)?.into_iter().filter(|code| actor.runs_event(code.event));
                theirs.map(|code| standing(c, code)).collect()
            })
            .await
    }

    /// The groups to which a code may lead, by name.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn groups(&self, actor: &Actor) -> Result<Vec<Group>, Error> {
        actor.may(Action::SeeJoinCodes)?;
        let actor = actor.clone();
        self.store
            .read(move |c| Ok(groups::all(c)?.into_iter().filter(|group| actor.runs_event(group.event)).collect()))
            .await
    }

    /// One code, to be shown.
    ///
    /// # Errors
    /// `NotFound` when there is none or it is revoked, `Forbidden` for those who do not run the event.
    pub async fn code(&self, actor: &Actor, id: JoinCodeId) -> Result<CodeStanding, Error> {
        actor.may(Action::ShowJoinCode)?;
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let code = join_codes::find(c, id)?.filter(|code| code.revoked_at.is_none()).ok_or_else(no_code)?;
                actor.must_run(code.event)?;
                standing(c, code)
            })
            .await
    }

    /// Revokes a code: nobody comes in by it any more. Who did stays.
    ///
    /// # Errors
    /// `NotFound` when there is none or it is revoked already, `Forbidden` for those who do not run the event.
    pub async fn revoke_code(&self, actor: &Actor, id: JoinCodeId) -> Result<(), Error> {
        actor.may(Action::RevokeJoinCode)?;
        let actor = actor.clone();
        self.store
            .write(Stamp { at: self.nature.clock.now(), cause: actor.cause() }, move |w| {
                let code = join_codes::find(w, id)?.ok_or_else(no_code)?;
                actor.must_run(code.event)?;
                if !join_codes::revoke(w, id)? {
                    return Err(no_code());
                }
                w.record(Change::JoinCodeRevoked { code: id, event: code.event })?;
                Ok(())
            })
            .await
    }
}

fn no_code() -> Error {
    Error::not_found("such join code")
}

fn standing(c: &mut Connection, code: JoinCode) -> Result<CodeStanding, Error> {
    let event = events::find(c, code.event)?.ok_or_else(|| Error::not_found("such event"))?;
    let group = code.group.map(|group| groups::find(c, group)).transpose()?.flatten();
    let came = arrivals::by_code(c, code.id)?;
    Ok(CodeStanding { code, event, group, came })
}

/// The event and the group that a code is for.
fn place(c: &mut Connection, actor: &Actor, asked: &MakeCode) -> Result<(Event, Option<Group>), Error> {
    let no_event = || Error::not_found("such event");
    let group = match asked.group {
        Some(id) => Some(groups::find(c, id)?.ok_or_else(|| Error::not_found("such group"))?),
        None => None,
    };
    let event = match (&asked.event_id, &group) {
        (Some(id), _) => events::by_event_id(c, id)?,
        (None, Some(group)) => events::find(c, group.event)?,
        (None, None) => archive::oldest_current(c, actor)?,
    };
    let event = event.ok_or_else(no_event)?;
    actor.must_run(event.id)?;
    archive::current(&event)?;
    match group {
        Some(group) if group.event != event.id => Err(Error::not_found("such group in this event")),
        group => Ok((event, group)),
    }
}

fn check(asked: &MakeCode) -> Result<(), Error> {
    let bounds = [
        ("seats", asked.seats, MOST_SEATS),
        ("places", asked.places, MOST_PLACES),
        ("expires_in_hours", asked.hours, MOST_HOURS),
    ];
    let wrong = bounds.into_iter().filter(|(_, number, most)| !(1..=*most).contains(number));
    let fields: Vec<FieldError> = wrong
        .map(|(field, _, most)| FieldError { field: field.to_owned(), message: format!("a number from 1 to {most}") })
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid { what: "no code was made: see the fields".to_owned(), fields })
}
