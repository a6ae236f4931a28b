//! Roles: who runs, mentors and judges an event. Participants are those who have a place in a group.

use thon_domain::{
    account::{Account, Grant},
    event::Event,
    id::{AccountId, EventId, GrantId, UserId},
    live::Change,
    problem::FieldError,
    role::Role,
};
use thon_store::{Connection, Stamp, Store, Writer, accounts, events, grants};

use crate::{
    accounts::{account_of, grant, insert_account},
    actor::{Action, Actor},
    archive,
    clock::Nature,
    entry::{Cut, Entry},
    error::Error,
};

/// The longest name of an account, in characters.
const MAX_NAME_CHARS: usize = 64;

/// Who gets a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grantee {
    Account(AccountId),
    /// Whoever sits there, or will.
    User(UserId),
    /// Somebody of this name who could not sign in so far. A link for their account lets them.
    Newcomer(String),
}

/// Give somebody a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRole {
    pub to: Grantee,
    pub role: Role,
    /// The id that people write for the event; the oldest of theirs when none is named. An admin is one everywhere.
    pub event_id: Option<String>,
}

/// A grant, with the names of what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    pub grant: Grant,
    pub account: Account,
    /// `None` when it counts everywhere.
    pub event: Option<Event>,
}

/// The use cases around roles.
#[derive(Clone)]
pub struct Roles {
    store: Store,
    nature: Nature,
    entry: Entry,
}

impl Roles {
    pub const fn new(store: Store, nature: Nature, entry: Entry) -> Self {
        Self { store, nature, entry }
    }

    /// Everybody who is more than a participant in their events, the most powerful first.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn all(&self, actor: &Actor) -> Result<Vec<Granted>, Error> {
        actor.may(Action::SeeRoles)?;
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let wanted = [Role::Admin, Role::Organizer, Role::Mentor, Role::Judge];
                let found = grants::in_roles(c, &wanted)?.into_iter().filter(|grant| runs(&actor, grant.event).is_ok());
                let mut all: Vec<_> = found.map(|grant| granted(c, grant)).collect::<Result<_, _>>()?;
                all.sort_by_key(|one| one.grant.role);
                Ok(all)
            })
            .await
    }

    /// Gives somebody a role.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run that event, and to make an admin for all but admins; `Conflict` when they have it
    /// already; `Invalid` for a role that is not given so; `NotFound` when there is no such account, user or event.
    pub async fn grant(&self, actor: &Actor, asked: GrantRole) -> Result<Granted, Error> {
        actor.may(Action::GrantRole(asked.role))?;
        if asked.role == Role::Participant {
            return Err(invalid("role", "a participant is somebody with a place in a group: make a user"));
        }
        let (nature, actor) = (self.nature.clone(), actor.clone());
        let granted = self
            .store
            .write(Stamp { at: nature.clock.now(), cause: actor.cause() }, move |w| {
                let event = event_of(w, &actor, asked.role, asked.event_id.as_deref())?;
                runs(&actor, event.as_ref().map(|event| event.id))?;
                let account = grantee(w, &nature, asked.to)?;
                let event_id = event.as_ref().map(|event| event.id);
                let has = |grant: &Grant| grant.role == asked.role && grant.event == event_id;
                if grants::of_account(w, account.id)?.iter().any(has) {
                    return Err(Error::conflict(format!("{} is {} already", account.name, asked.role), "It stays so."));
                }
                let grant = grant(w, &nature, account.id, event_id, asked.role)?;
                Ok(Granted { grant, account, event })
            })
            .await?;
        self.entry.cut(&Cut::Account(granted.account.id));
        Ok(granted)
    }

    /// Takes a role away, and cuts what was opened by it.
    ///
    /// # Errors
    /// `Forbidden` as for [`Roles::grant`], `NotFound` when there is no such grant, `Conflict` for the last admin's.
    pub async fn revoke(&self, actor: &Actor, id: GrantId) -> Result<Granted, Error> {
        let actor = actor.clone();
        let revoked = self
            .store
            .write(Stamp { at: self.nature.clock.now(), cause: actor.cause() }, move |w| {
                // Whether there is such a grant is nothing that others need to know.
                actor.may(Action::GrantRole(Role::Participant))?;
                let grant = grants::find(w, id)?.ok_or_else(|| Error::not_found("such role of anybody"))?;
                actor.may(Action::GrantRole(grant.role))?;
                runs(&actor, grant.event)?;
                if grant.role == Role::Admin && grants::in_roles(w, &[Role::Admin])?.len() == 1 {
                    return Err(Error::conflict("nobody else is an admin", "Make somebody else an admin first."));
                }
                grants::delete(w, id)?;
                w.record(Change::RoleRevoked { account: grant.account, event: grant.event, role: grant.role })?;
                granted(w, grant)
            })
            .await?;
        self.entry.cut(&Cut::Account(revoked.account.id));
        Ok(revoked)
    }
}

fn granted(c: &mut Connection, grant: Grant) -> Result<Granted, Error> {
    let account = accounts::find(c, grant.account)?.ok_or_else(|| Error::not_found("such account"))?;
    let event = grant.event.map(|event| events::find(c, event)).transpose()?.flatten();
    Ok(Granted { grant, account, event })
}

/// The event that a role is for.
fn event_of(c: &mut Connection, actor: &Actor, role: Role, asked: Option<&str>) -> Result<Option<Event>, Error> {
    match (role, asked) {
        (Role::Admin, None) => Ok(None),
        (Role::Admin, Some(_)) => Err(invalid("event_id", "an admin is one everywhere: name no event")),
        (_, asked) => {
            let found = match asked {
                Some(id) => events::by_event_id(c, id)?,
                None => archive::oldest_current(c, actor)?,
            };
            found.map(Some).ok_or_else(|| Error::not_found("such event"))
        }
    }
}

/// Refuses who does not run the event of a role, or all where it counts everywhere.
fn runs(actor: &Actor, event: Option<EventId>) -> Result<(), Error> {
    event.map_or_else(|| actor.must_run_all(), |event| actor.must_run(event))
}

fn grantee(w: &mut Writer<'_>, nature: &Nature, to: Grantee) -> Result<Account, Error> {
    match to {
        Grantee::Account(id) => accounts::find(w, id)?.ok_or_else(|| Error::not_found("such account")),
        Grantee::User(user) => account_of(w, nature, user),
        Grantee::Newcomer(name) => insert_account(w, nature, &name_of_account(&name)?),
    }
}

/// A name by which somebody is greeted.
///
/// # Errors
/// `Invalid` when it is empty, too long or more than a line.
pub(crate) fn name_of_account(text: &str) -> Result<String, Error> {
    let name = text.trim();
    let chars = name.chars().count();
    if chars == 0 || chars > MAX_NAME_CHARS || name.contains(|c: char| c.is_control()) {
        return Err(invalid("name", &format!("a name has from 1 to {MAX_NAME_CHARS} characters on one line")));
    }
    Ok(name.to_owned())
}

fn invalid(field: &str, message: &str) -> Error {
    let fields = vec![FieldError { field: field.to_owned(), message: message.to_owned() }];
    Error::Invalid { what: "nobody was given a role: see the fields".to_owned(), fields }
}

#[cfg(test)]
mod tests;
