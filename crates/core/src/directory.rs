//! The directory: events, groups and the people in them.

use thon_domain::{
    event::Event,
    group::Group,
    id::{GroupId, UserId},
    name::{GroupName, UserName},
    slug::Slug,
    user::User,
};
use thon_store::{Connection, Stamp, Store, events as event_rows, groups as group_rows, users as user_rows};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    poke::Poke,
};

mod drafts;
mod events;
mod export;
mod fields;
mod groups;
pub mod groups_file;
mod import;
mod many;
mod removal;
mod requests;
mod schedule;
mod users;

pub use self::{
    groups::{GroupPage, GroupWithUsers, GroupsWanted},
    import::{EventDiff, FieldChange, GroupDiff, ImportDiff, Tally, UserDiff, Verdict},
    removal::{Removal, VolumeFate},
    requests::{EventEdit, GroupEdit, NewEvent, NewGroup, NewUser, ScheduleEdit, UserEdit, Wish},
    users::{PeoplePage, PeopleWanted, Seat},
};
pub use thon_store::people::Person;

/// The use cases around people.
#[derive(Clone)]
pub struct Directory {
    store: Store,
    nature: Nature,
    poke: Poke,
    drafts: drafts::Drafts,
}

impl Directory {
    pub fn new(store: Store, nature: Nature, poke: Poke) -> Self {
        Self { store, nature, poke, drafts: drafts::Drafts::default() }
    }

    /// The user called `group/name`.
    ///
    /// # Errors
    /// `NotFound` when there is no such group or user; `Forbidden` when it is not the actor's to know.
    pub async fn user_named(&self, actor: &Actor, group: GroupName, name: UserName) -> Result<User, Error> {
        let what = format!("user {group}/{name}");
        let found = self.store.read(move |c| named(c, &group, &name)).await?;
        let theirs = found.iter().find(|user| actor.runs_user(user.id) || actor.users.contains(&user.id));
        let user = theirs.or(found.first()).cloned().ok_or_else(|| Error::not_found(what))?;
        actor.may(Action::SeeUser(user.id))?;
        Ok(user)
    }

    /// The user with this id.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when it is not the actor's to know.
    pub async fn user(&self, actor: &Actor, id: UserId) -> Result<User, Error> {
        actor.may(Action::SeeUser(id))?;
        self.store.read(move |c| user_rows::find(c, id)?.ok_or_else(|| Error::not_found("such user"))).await
    }

    /// The user whose editor has this slug.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when the editor is not the actor's to open.
    pub async fn user_to_open(&self, actor: &Actor, slug: Slug) -> Result<User, Error> {
        let user = self.store.read(move |c| Ok::<_, Error>(user_rows::by_slug(c, &slug)?)).await?;
        let user = user.ok_or_else(|| Error::not_found("editor at this address"))?;
        actor.may(Action::OpenEditor(user.id))?;
        Ok(user)
    }

    /// The group of this name.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` for those who do not run the event.
    pub async fn group_named(&self, actor: &Actor, name: GroupName) -> Result<Group, Error> {
        actor.may(Action::SeeFleet)?;
        let (what, actor) = (format!("group {name}"), actor.clone());
        self.store
            .read(move |c| {
                for event in in_order(c)?.into_iter().filter(|event| actor.runs_event(event.id)) {
                    if let Some(group) = group_rows::by_name(c, event.id, &name)? {
                        return Ok(group);
                    }
                }
                Err(Error::not_found(what))
            })
            .await
    }

    fn stamp(&self, actor: &Actor) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause: actor.cause() }
    }
}

/// The events in which a name is looked for, in turn: the oldest first, those that are archived last.
fn in_order(c: &mut Connection) -> Result<Vec<Event>, Error> {
    let mut events = event_rows::all(c)?;
    events.sort_by_key(Event::is_archived);
    Ok(events)
}

/// Those who are called so, in whatever event.
fn named(c: &mut Connection, group: &GroupName, name: &UserName) -> Result<Vec<User>, Error> {
    let mut found = Vec::new();
    for event in in_order(c)? {
        if let Some(group) = group_rows::by_name(c, event.id, group)?
            && let Some(user) = user_rows::by_name(c, group.id, name)?
        {
            found.push(user);
        }
    }
    Ok(found)
}

/// The first slug for these names that nobody ever had.
pub(crate) fn free_slug(
    group: &GroupName,
    user: &UserName,
    mut is_given: impl FnMut(&Slug) -> Result<bool, Error>,
) -> Result<Slug, Error> {
    for slug in Slug::candidates(group, user) {
        if !is_given(&slug)? {
            return Ok(slug);
        }
    }
    Err(Error::conflict("every address for this name is taken", "Choose another name."))
}

/// Whether they know the e-mail address of everybody in these groups.
fn knows_addresses(actor: &Actor, mut groups: impl Iterator<Item = GroupId>) -> bool {
    actor.role.organizes() && groups.all(|group| actor.runs_group(group))
}

/// Takes out of a person what only they and organizers may know.
fn show_to(actor: &Actor, person: &mut Person) {
    if !actor.runs_user(person.user.id) && !actor.users.contains(&person.user.id) {
        person.user.email = None;
        person.user.account = None;
        person.instance = None;
        person.workspace = None;
    }
}

#[cfg(test)]
mod tests;
