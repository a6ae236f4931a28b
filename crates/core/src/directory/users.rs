//! Users: listed, made, edited, moved to another group, deleted.

use thon_domain::{
    id::{GroupId, UserId},
    live::{Change, Sight},
    page::PageRequest,
    user::User,
};
use thon_store::{
    Connection, groups as group_rows,
    people::{self, Person, PersonFilter},
    slugs, users,
};

use super::{
    Directory,
    fields::Fields,
    groups, knows_addresses,
    removal::{Removal, VolumeFate},
    requests::{NewUser, UserEdit},
    show_to,
};
use crate::{
    actor::{Action, Actor},
    archive,
    error::Error,
};

/// A user, and the group that they must sit in where the request names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub group: Option<GroupId>,
    pub user: UserId,
}

impl From<UserId> for Seat {
    fn from(user: UserId) -> Self {
        Self { group: None, user }
    }
}

/// Which people are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleWanted {
    pub group: Option<GroupId>,
    /// With this in their name, their e-mail address or their group's name, whatever its case.
    pub search: Option<String>,
    /// One page of them; all when none is named.
    pub page: Option<PageRequest>,
}

/// People, and how many pass the filter in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePage {
    pub people: Vec<Person>,
    pub total: u64,
}

impl Directory {
    /// The users by group and name, as far as the actor may see them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn people(&self, actor: &Actor, wanted: PeopleWanted) -> Result<PeoplePage, Error> {
        let actor = actor.clone();
        let groups = groups_asked(&actor, wanted.group);
        let filter = PersonFilter {
            users: None,
            search: wanted.search.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            // Whether somebody's address holds a text would tell the address.
            by_email: match &groups {
                None => actor.runs_all(),
                Some(groups) => knows_addresses(&actor, groups.iter().copied()),
            },
            groups,
            current: wanted.group.is_none(),
        };
        self.store
            .read(move |c| {
                let (mut people, total) = people::page(c, &filter, wanted.page)?;
                for person in &mut people {
                    show_to(&actor, person);
                }
                Ok(PeoplePage { people, total })
            })
            .await
    }

    /// One user with what hangs on them.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when they are not the actor's to know.
    pub async fn person(&self, actor: &Actor, id: UserId) -> Result<Person, Error> {
        actor.may(Action::SeeUser(id))?;
        self.store.read(move |c| person(c, id)).await
    }

    /// Makes a user.
    ///
    /// # Errors
    /// `Invalid` when a field cannot be so, `Conflict` when the name is taken, `NotFound` when there is no such group,
    /// `Forbidden` for those who may not.
    pub async fn create_user(&self, actor: &Actor, group: GroupId, new: NewUser) -> Result<Person, Error> {
        actor.may(Action::EditUsers)?;
        actor.may_choose(&new.sandbox, &thon_domain::sandbox::SandboxOverrides::default())?;
        let mut fields = Fields::default();
        let (name, email) = (fields.name("username", &new.name), fields.email(new.email.as_deref()));
        let sandbox = fields.sandbox(new.sandbox);
        let name = fields.finish(name)?;
        let (id, actor) = (UserId::new(self.nature.ids.next()), actor.clone());
        self.store
            .write(self.stamp(&actor), move |w| {
                let group = groups::find(w, group)?;
                actor.must_run(group.event)?;
                archive::event(w, group.event)?;
                let slug = super::free_slug(&group.name, &name, |slug| Ok(slugs::is_given(w, slug)?))?;
                let (account, at) = (None, w.at());
                let (created_at, updated_at) = (at, at);
                let user = User { id, group: group.id, account, name, email, slug, sandbox, created_at, updated_at };
                users::insert(w, &user)?;
                w.record(Change::UserCreated { user })?;
                person(w, id)
            })
            .await
    }

    /// Changes a user. Slug, workspace and instance stay what they are.
    ///
    /// # Errors
    /// As [`Directory::create_user`].
    pub async fn edit_user(&self, actor: &Actor, seat: Seat, edit: UserEdit) -> Result<Person, Error> {
        actor.may(Action::EditUsers)?;
        let actor = actor.clone();
        self.store
            .write(self.stamp(&actor), move |w| {
                let before = at(w, &actor, seat)?;
                let after = edit.of(&before)?;
                actor.may_choose(&after.sandbox, &before.sandbox)?;
                if after != before {
                    let user = User { updated_at: w.at(), ..after };
                    users::update(w, &user)?;
                    w.record(Change::UserChanged { user })?;
                }
                person(w, seat.user)
            })
            .await
    }

    /// Moves a user to another group. Slug, workspace and instance go with them.
    ///
    /// # Errors
    /// `NotFound` when there is no such user or group, `Conflict` when the name is taken there or the group belongs to
    /// another event, `Forbidden` for those who may not.
    pub async fn transfer_user(&self, actor: &Actor, seat: Seat, target: GroupId) -> Result<Person, Error> {
        actor.may(Action::EditUsers)?;
        let actor = actor.clone();
        self.store
            .write(self.stamp(&actor), move |w| {
                let before = at(w, &actor, seat)?;
                if before.group == target {
                    return person(w, seat.user);
                }
                let (old, new) = (groups::find(w, before.group)?, groups::find(w, target)?);
                groups::of_one_event(&old, &new)?;
                let user = User { group: target, updated_at: w.at(), ..before };
                users::update(w, &user)?;
                w.record(Change::UserMoved { user, from: old.id })?;
                person(w, seat.user)
            })
            .await
    }

    /// What deleting a user would take with them.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` for those who may not.
    pub async fn removal_of_user(&self, actor: &Actor, seat: Seat) -> Result<Removal, Error> {
        actor.may(Action::EditUsers)?;
        let actor = actor.clone();
        self.store.read(move |c| removal(c, &actor, seat)).await
    }

    /// Deletes a user. Their sandbox is removed; volumes stay unless they shall go.
    ///
    /// # Errors
    /// As [`Directory::removal_of_user`].
    pub async fn delete_user(&self, actor: &Actor, seat: Seat, volumes: VolumeFate) -> Result<Removal, Error> {
        actor.may(Action::EditUsers)?;
        let actor = actor.clone();
        let removal = self
            .store
            .write(self.stamp(&actor), move |w| {
                let removal = removal(w, &actor, seat)?;
                removal.carry_out(w, volumes)?;
                Ok::<_, Error>(removal)
            })
            .await?;
        self.poke_all(&removal);
        Ok(removal)
    }
}

/// The groups to look into: the one that is asked for, as far as the actor may see it.
fn groups_asked(actor: &Actor, wanted: Option<GroupId>) -> Option<Vec<GroupId>> {
    match (actor.sight(), wanted) {
        (Sight::All, wanted) => wanted.map(|group| vec![group]),
        (Sight::Own { groups, .. }, None) => Some(groups.into_iter().collect()),
        (Sight::Own { groups, .. }, Some(wanted)) => {
            Some(groups.into_iter().filter(|group| *group == wanted).collect())
        }
    }
}

/// The user of a seat, who must be in the group that it names, for whoever runs their event.
fn at(c: &mut Connection, actor: &Actor, seat: Seat) -> Result<User, Error> {
    let user = users::find(c, seat.user)?.ok_or_else(|| Error::not_found("such user"))?;
    actor.must_run_user(user.id)?;
    match seat.group {
        Some(group) if group != user.group && group_rows::find(c, group)?.is_none() => {
            Err(Error::not_found("such group"))
        }
        Some(group) if group != user.group => Err(Error::not_found("such user in this group")),
        _ => Ok(user),
    }
}

fn person(c: &mut Connection, id: UserId) -> Result<Person, Error> {
    people::find(c, id)?.ok_or_else(|| Error::not_found("such user"))
}

fn removal(c: &mut Connection, actor: &Actor, seat: Seat) -> Result<Removal, Error> {
    let user = at(c, actor, seat)?;
    Ok(Removal { people: vec![person(c, user.id)?] })
}
