//! Lines as they are written: with the names of what they are about, which may be gone when somebody reads them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use thon_domain::{
    audit::{About, Deed, Object, ObjectKind, Outcome, Told, Via, told},
    group::Group,
    id::{AccountId, EventId, GroupId},
    live::{Cause, Change},
    user::User,
};

use crate::{Connection, Stamp, StoreError, accounts, arrivals, events, grants, groups, trail::Origin, users};

/// A line of the audit that has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub at: DateTime<Utc>,
    pub account: Option<AccountId>,
    pub who: String,
    pub origin: Origin,
    pub deed: Deed,
    pub detail: String,
    pub object: Option<Object>,
    pub event: Option<EventId>,
    pub outcome: Outcome,
    pub reason: Option<String>,
    pub times: u32,
}

/// Names that were looked up in one transaction.
#[derive(Debug, Default)]
pub(crate) struct Names {
    groups: HashMap<GroupId, (String, EventId)>,
}

/// The line of a change, if somebody made it: what THON does by itself is in the activity alone.
pub(crate) fn happened(
    c: &mut Connection,
    names: &mut Names,
    stamp: &Stamp,
    change: &Change,
    origin: Option<&Origin>,
) -> Result<Option<Line>, StoreError> {
    if stamp.cause == Cause::thon() {
        return Ok(None);
    }
    let Some(Told { deed, mut detail, about, by }) = told(change) else { return Ok(None) };
    let (object, event) = about.map(|about| names.of(c, about)).transpose()?.unwrap_or_default();
    let (mut account, mut who) = (stamp.cause.account, stamp.cause.name.clone());
    if let Some(by) = by.filter(|_| account.is_none()) {
        detail = format!("with {who}");
        (account, who) = (Some(by), accounts::find(c, by)?.map_or(who, |account| account.name));
    }
    let background = Origin { via: Via::Background, address: None, request: None };
    Ok(Some(Line {
        at: stamp.at,
        account,
        who,
        origin: origin.cloned().unwrap_or(background),
        deed,
        detail,
        object,
        event,
        outcome: Outcome::Done,
        reason: None,
        times: 1,
    }))
}

/// Looks up what lines about something that did not happen are about.
///
/// # Errors
/// When it cannot be read.
pub fn unhappened(c: &mut Connection, lines: Vec<(Line, Option<About>)>) -> Result<Vec<Line>, StoreError> {
    let mut known = Names::default();
    let told = lines.into_iter().map(|(line, about)| {
        let (object, event) = about.map(|about| known.of(c, about)).transpose()?.unwrap_or_default();
        Ok(Line { object, event, ..line })
    });
    told.collect()
}

impl Names {
    /// What something is called, and the event that it belongs to. What is not there has no name.
    fn of(&mut self, c: &mut Connection, about: About) -> Result<(Option<Object>, Option<EventId>), StoreError> {
        let object = |kind, id: String, name| Some(Object { kind, id, name });
        Ok(match about {
            About::Other(object, event) => (Some(object), event),
            About::ThisUser(user) => self.user(c, &user)?,
            About::User(id) => match users::find(c, id)? {
                Some(user) => self.user(c, &user)?,
                None => (object(ObjectKind::User, id.to_string(), id.to_string()), None),
            },
            About::ThisGroup(group) => self.group(&group),
            About::Group(id) => match groups::find(c, id)? {
                Some(group) => self.group(&group),
                None => (object(ObjectKind::Group, id.to_string(), id.to_string()), None),
            },
            About::Event(id) => {
                let event = events::find(c, id)?;
                let name = event.map_or_else(|| id.to_string(), |event| event.name().to_owned());
                (object(ObjectKind::Event, id.to_string(), name), Some(id))
            }
            About::Account(id) => {
                let name = accounts::find(c, id)?.map_or_else(|| id.to_string(), |account| account.name);
                (object(ObjectKind::Account, id.to_string(), name), event_of(c, id)?)
            }
            About::Arrival(id) => {
                let arrival = arrivals::find(c, id)?;
                let event = arrival.as_ref().map(|arrival| arrival.event);
                let name = arrival.map_or_else(|| id.to_string(), |arrival| arrival.name);
                (object(ObjectKind::Arrival, id.to_string(), name), event)
            }
        })
    }

    fn user(&mut self, c: &mut Connection, user: &User) -> Result<(Option<Object>, Option<EventId>), StoreError> {
        if !self.groups.contains_key(&user.group)
            && let Some(group) = groups::find(c, user.group)?
        {
            self.group(&group);
        }
        let (name, event) = match self.groups.get(&user.group) {
            Some((group, event)) => (format!("{group}/{}", user.name), Some(*event)),
            None => (user.name.to_string(), None),
        };
        Ok((Some(Object { kind: ObjectKind::User, id: user.id.to_string(), name }), event))
    }

    fn group(&mut self, group: &Group) -> (Option<Object>, Option<EventId>) {
        self.groups.insert(group.id, (group.name.to_string(), group.event));
        let object = Object { kind: ObjectKind::Group, id: group.id.to_string(), name: group.name.to_string() };
        (Some(object), Some(group.event))
    }
}

/// The event in which an account is somebody.
fn event_of(c: &mut Connection, account: AccountId) -> Result<Option<EventId>, StoreError> {
    Ok(grants::of_account(c, account)?.into_iter().find_map(|grant| grant.event))
}
