//! What the page of the access shows and does.

use chrono::{DateTime, TimeDelta, Utc};
use thon_core::{
    accounts::Whom,
    actor::{Action, Actor},
    clock::{Clock, SystemClock},
    directory::Directory,
    joining::{Admit, CodeStanding, MakeCode, Waiting},
    roles::{GrantRole, Granted, Grantee},
};
use thon_domain::{id::GroupId, problem::FieldError, role::Role};

use super::{ApiError, Error, accounts, fleet, joining, looking, provided, roles};
use crate::{
    api::access::{AccessBoard, CodeLine, GivenRole, RoleLine, WaitingLine},
    words,
};

/// Everything on the page.
///
/// # Errors
/// `Forbidden` for those who organize nothing; when the database does not answer.
pub async fn access_board(actor: &Actor) -> Result<AccessBoard, ApiError> {
    let (joining, now, dashboard) = (joining()?, SystemClock.now(), fleet()?.addresses().dashboard());
    let groups = joining.groups(actor).await?;
    let groups = groups.into_iter().map(|group| (group.id.to_string(), group.name.to_string()));
    let codes = joining.codes(actor).await?.into_iter().map(|code| code_line(code, &dashboard, now));
    Ok(AccessBoard {
        roles: roles()?.all(actor).await?.into_iter().map(line).collect(),
        codes: codes.collect(),
        waiting: joining.waiting(actor).await?.into_iter().map(|one| waiting_line(one, now)).collect(),
        groups: groups.collect(),
    })
}

fn code_line(CodeStanding { code, group, came, .. }: CodeStanding, dashboard: &str, now: DateTime<Utc>) -> CodeLine {
    let to =
        group.map_or_else(|| format!("teams of {}", code.seats), |group| format!("{}, of {}", group.name, code.seats));
    let approval = if code.approval { ", an organizer lets each in" } else { "" };
    let left = code.expires_at - now;
    CodeLine {
        id: code.id,
        url: format!("{dashboard}/join?code={}", code.code.as_str()),
        code: code.code.to_string(),
        leads: format!("Leads to {to}{approval}"),
        used: format!("{came} of {} came", code.places),
        until: if left > TimeDelta::zero() { format!("open for {}", words::duration(left)) } else { "over".to_owned() },
    }
}

fn waiting_line(Waiting { arrival, group, .. }: Waiting, now: DateTime<Utc>) -> WaitingLine {
    let wants = match (&group, &arrival.team) {
        (Some(group), _) => format!("wants a place in {}", group.name),
        (None, Some(team)) => format!("wants to found {team}"),
        (None, None) => "signed in and is not known".to_owned(),
    };
    let needs_group = group.is_none() && arrival.team.is_none();
    let since = format!("waits for {}", words::about(arrival.asked_at, now));
    WaitingLine { id: arrival.id, name: arrival.name, wants, since, needs_group }
}

/// What code is wanted. Without a group people found teams of their own, in the event that was chosen.
///
/// # Errors
/// `Invalid` when the group is none; when the database does not answer.
pub async fn code_wish(
    group: &str,
    (seats, places): (u32, u32),
    hours: u32,
    approval: bool,
) -> Result<MakeCode, ApiError> {
    let group = group_of(group)?;
    let event_id = if group.is_none() { looking(true).await?.event_id } else { None };
    Ok(MakeCode { event_id, group, seats, places, hours, approval })
}

/// How somebody is let in.
///
/// # Errors
/// `Invalid` when the group is none.
pub fn admit(group: &str) -> Result<Admit, ApiError> {
    Ok(Admit { group: group_of(group)?, name: None })
}

fn group_of(text: &str) -> Result<Option<GroupId>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| {
        let fields = vec![FieldError { field: "group".to_owned(), message: format!("{error}") }];
        Error::Invalid { what: "this is no group: see the fields".to_owned(), fields }
    })
}

fn line(Granted { grant, account, event }: Granted) -> RoleLine {
    let title = event.map(|event| event.title.unwrap_or(event.event_id));
    let place = title.unwrap_or_else(|| "every event".to_owned());
    RoleLine { id: grant.id, role: grant.role, name: account.name, place }
}

/// Gives a role in the event that was chosen, else in the oldest of theirs, and somebody new a link to sign in with.
///
/// # Errors
/// As [`thon_core::roles::Roles::grant`].
pub async fn give_role(actor: &Actor, who: String, role: Role) -> Result<GivenRole, ApiError> {
    actor.may(Action::GrantRole(role))?;
    let to = match who.split_once('/') {
        None => Grantee::Newcomer(who),
        Some((group, name)) => {
            let group = group.trim().parse().map_err(|error| invalid(&error))?;
            let name = name.trim().parse().map_err(|error| invalid(&error))?;
            Grantee::User(provided::<Directory>()?.user_named(actor, group, name).await?.id)
        }
    };
    let is_new = matches!(to, Grantee::Newcomer(_));
    // An admin is one everywhere.
    let event_id = if role == Role::Admin { None } else { looking(true).await?.event_id };
    let Granted { account, .. } = roles()?.grant(actor, GrantRole { to, role, event_id }).await?;
    if !is_new {
        return Ok(GivenRole { name: account.name, link: None });
    }
    let link = accounts()?.make_link(actor, Whom::Account(account.id)).await?;
    let link = format!("{}/sign-in/link?t={}", fleet()?.addresses().dashboard(), link.secret.reveal());
    Ok(GivenRole { name: account.name, link: Some(link) })
}

fn invalid(error: &impl ToString) -> Error {
    let fields = vec![FieldError { field: "who".to_owned(), message: error.to_string() }];
    Error::Invalid { what: "nobody was given a role: see the fields".to_owned(), fields }
}
