//! Archived events: nothing starts in one, and nobody comes into it, until it is taken out of the archive.

use thon_domain::{
    event::Event,
    id::{EventId, GroupId, UserId},
};
use thon_store::{Connection, events, groups, users};

use crate::{actor::Actor, error::Error};

/// Refuses an event that is archived.
///
/// # Errors
/// `Conflict` when it is.
pub(crate) fn current(event: &Event) -> Result<(), Error> {
    if !event.is_archived() {
        return Ok(());
    }
    let what = format!("{} is archived", event.name());
    Err(Error::conflict(what, "Take it out of the archive on the page Events, or with its `unarchive` in the API."))
}

/// The oldest event of theirs that is not archived: the one that is meant where none is named.
///
/// # Errors
/// When one cannot be read.
pub(crate) fn oldest_current(c: &mut Connection, actor: &Actor) -> Result<Option<Event>, Error> {
    Ok(events::current(c)?.into_iter().find(|event| actor.runs_event(event.id)))
}

/// As [`current`], for what belongs to an event. One that is not there is somebody else's to tell.
///
/// # Errors
/// `Conflict` when it is archived.
pub(crate) fn event(c: &mut Connection, id: EventId) -> Result<(), Error> {
    events::find(c, id)?.as_ref().map_or(Ok(()), current)
}

/// As [`event`], for a group.
///
/// # Errors
/// `Conflict` when its event is archived.
pub(crate) fn group(c: &mut Connection, id: GroupId) -> Result<(), Error> {
    match groups::find(c, id)? {
        Some(group) => event(c, group.event),
        None => Ok(()),
    }
}

/// As [`event`], for a user.
///
/// # Errors
/// `Conflict` when the event is archived in which they take part.
pub(crate) fn user(c: &mut Connection, id: UserId) -> Result<(), Error> {
    match users::find(c, id)? {
        Some(user) => group(c, user.group),
        None => Ok(()),
    }
}
