//! An account that acts: the strongest role of its grants, and the events in which it has one.

use thon_domain::{
    account::Grant,
    id::{AccountId, EventId},
    role::Role,
};
use thon_store::{Connection, accounts, events, grants, groups, users};

use crate::{
    actor::{Actor, Round},
    error::Error,
};

/// Who an account is when it acts.
pub(crate) fn actor_of(c: &mut Connection, account: AccountId) -> Result<Actor, Error> {
    let name = accounts::find(c, account)?.ok_or(Error::Unauthenticated)?.name;
    let grants = grants::of_account(c, account)?;
    let role = grants.iter().map(|grant| grant.role).min();
    let users = users::of_account(c, account)?;
    Ok(Actor {
        account: Some(account),
        name,
        role: role.ok_or(Error::Unauthenticated)?,
        groups: users.iter().map(|user| user.group).collect(),
        users: users.iter().map(|user| user.id).collect(),
        rounds: rounds(c, &grants)?,
        token: None,
    })
}

/// The events in which grants give a role: a mentor's and a judge's, and an organizer's where there are others beside theirs.
fn rounds(c: &mut Connection, grants: &[Grant]) -> Result<Vec<Round>, Error> {
    let organizes_some = organizes_some(c, grants)?;
    let mut rounds = Vec::new();
    for grant in grants {
        let Some(event) = grant.event else { continue };
        if grant.role.goes_round() || grant.role == Role::Organizer && organizes_some {
            rounds.push(round(c, event, grant.role)?);
        }
    }
    Ok(rounds)
}

/// A role in an event, with everybody who is there.
pub(crate) fn round(c: &mut Connection, event: EventId, role: Role) -> Result<Round, Error> {
    let groups = groups::of_event(c, event)?.into_iter().map(|group| group.id).collect();
    let users = users::of_event(c, event)?.into_iter().collect();
    Ok(Round { event, role, groups, users })
}

/// Whether the most that these grants make of somebody is an organizer of some events, not of every one.
fn organizes_some(c: &mut Connection, grants: &[Grant]) -> Result<bool, Error> {
    if grants.iter().map(|grant| grant.role).min() != Some(Role::Organizer) {
        return Ok(false);
    }
    let organized: Vec<_> =
        grants.iter().filter(|grant| grant.role == Role::Organizer).map(|grant| grant.event).collect();
    let all = events::all(c)?;
    Ok(!organized.contains(&None) && all.iter().any(|event| !organized.contains(&Some(event.id))))
}
