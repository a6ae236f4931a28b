//! What is written of a visit: its beginning and its end, each once, in the table, the history and the audit.

use chrono::{DateTime, Utc};
use thon_domain::{
    id::{AccountId, UserId, VisitId},
    live::Change,
    role::Role,
    visit::Visit,
};
use thon_store::{
    Connection, Writer, instances,
    visits::{self, OneVisit},
};

use crate::{accounts::actor_of, actor::Actor, error::Error};

/// As what somebody visits this user: who does not run the event comes on their round as a mentor.
pub(crate) fn role_of(actor: &Actor, user: UserId) -> Role {
    if actor.runs_user(user) { actor.role } else { Role::Mentor }
}

/// What a visitor of this user is called and as what they come; nothing once their last role was taken.
pub(super) fn guest(c: &mut Connection, account: AccountId, user: UserId) -> Result<Option<(String, Role)>, Error> {
    match actor_of(c, account) {
        Ok(actor) => Ok(Some((actor.name.clone(), role_of(&actor, user)))),
        Err(Error::Unauthenticated) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes that a visit begins, unless one goes on. One whose end was asked for ends with it.
pub(crate) fn begin(w: &mut Writer<'_>, one: &OneVisit) -> Result<(), Error> {
    let last = visits::last(w, one.user, one.account)?;
    if let Some(open) = last.filter(|last| last.visit.until.is_none()) {
        if !open.visit.asked_to_leave {
            return Ok(());
        }
        end(w, open.visit.id, one.visit.since)?;
    }
    // Nobody comes into what was never launched.
    let Some(instance) = instances::of_user(w, one.user)? else { return Ok(()) };
    visits::insert(w, one)?;
    w.record(Change::InstanceVisited { instance, visit: Some(one.visit.clone()) })?;
    Ok(())
}

/// As [`begin`], for somebody who was seen to come `since` and may have gone again.
pub(super) fn begin_late(w: &mut Writer<'_>, one: &OneVisit) -> Result<(), Error> {
    let last = visits::last(w, one.user, one.account)?;
    let is_known = last.is_some_and(|last| last.visit.until.is_none_or(|until| one.visit.since <= until));
    if is_known { Ok(()) } else { begin(w, one) }
}

/// Writes that a visit is over, unless that is written.
pub(super) fn end(w: &mut Writer<'_>, id: VisitId, until: DateTime<Utc>) -> Result<(), Error> {
    let Some(one) = visits::find(w, id)?.filter(|one| one.visit.until.is_none()) else { return Ok(()) };
    let visit = Visit { until: Some(until.max(one.visit.since)), ..one.visit };
    visits::update(w, &visit)?;
    if let Some(instance) = instances::of_user(w, one.user)? {
        w.record(Change::InstanceLeft { instance, visit })?;
    }
    Ok(())
}
