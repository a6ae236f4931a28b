//! The directory: events, groups and the people in them.

use serde::Serialize;
use thon_domain::{
    event::Event,
    group::Group,
    id::{EventId, GroupId, UserId},
    live::Change,
    name::{GroupName, UserName},
    sandbox::SandboxOverrides,
    slug::Slug,
    user::User,
};
use thon_store::{Connection, Stamp, Store, Writer, events, groups, slugs, users};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
};

pub mod groups_file;

use groups_file::{GroupEntry, GroupsFile, UserEntry};

/// The event that groups belong to when no file and no configuration names one.
const DEFAULT_EVENT: &str = "default";

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    pub groups_created: usize,
    pub users_created: usize,
    /// Groups and users whose title or e-mail is new.
    pub changed: usize,
    /// Groups and users that were there already, just so.
    pub unchanged: usize,
}

/// A group with its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupWithUsers {
    pub group: Group,
    pub users: Vec<User>,
}

/// The use cases around people.
#[derive(Clone)]
pub struct Directory {
    store: Store,
    nature: Nature,
}

impl Directory {
    pub fn new(store: Store, nature: Nature) -> Self {
        Self { store, nature }
    }

    /// Adds what a groups file names and is not there yet. All of it or nothing; nobody is removed.
    ///
    /// # Errors
    /// `Forbidden` for those who may not.
    pub async fn import(&self, actor: &Actor, file: GroupsFile) -> Result<ImportReport, Error> {
        actor.may(Action::ImportGroups)?;
        let nature = self.nature.clone();
        let stamp = Stamp { at: nature.clock.now(), cause: actor.cause() };
        self.store
            .write(stamp, move |w| {
                let mut import = Import { w, nature: &nature, report: ImportReport::default() };
                let event = import.event(&file)?;
                for entry in &file.groups {
                    import.group(event, entry)?;
                }
                Ok(import.report)
            })
            .await
    }

    /// All groups with their users, as far as the actor may see them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn groups(&self, actor: &Actor) -> Result<Vec<GroupWithUsers>, Error> {
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let mut all: Vec<GroupWithUsers> =
                    groups::all(c)?.into_iter().map(|group| GroupWithUsers { group, users: Vec::new() }).collect();
                for user in users::all(c)? {
                    if let Some(home) = all.iter_mut().find(|home| home.group.id == user.group) {
                        home.users.push(user);
                    }
                }
                if !actor.role.organizes() {
                    all.retain(|home| actor.groups.contains(&home.group.id));
                    let others = all.iter_mut().flat_map(|home| &mut home.users);
                    others.filter(|user| !actor.users.contains(&user.id)).for_each(|user| user.email = None);
                }
                Ok(all)
            })
            .await
    }

    /// The user called `group/name`.
    ///
    /// # Errors
    /// `NotFound` when there is no such group or user; `Forbidden` when it is not the actor's to know.
    pub async fn user_named(&self, actor: &Actor, group: GroupName, name: UserName) -> Result<User, Error> {
        let what = format!("user {group}/{name}");
        let user = self.store.read(move |c| named(c, &group, &name)).await?.ok_or_else(|| Error::not_found(what))?;
        actor.may(Action::SeeUser(user.id))?;
        Ok(user)
    }

    /// The user with this id.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when it is not the actor's to know.
    pub async fn user(&self, actor: &Actor, id: UserId) -> Result<User, Error> {
        actor.may(Action::SeeUser(id))?;
        self.store.read(move |c| users::find(c, id)?.ok_or_else(|| Error::not_found("such user"))).await
    }

    /// The user whose editor has this slug.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when the editor is not the actor's to open.
    pub async fn user_to_open(&self, actor: &Actor, slug: Slug) -> Result<User, Error> {
        let user = self.store.read(move |c| Ok::<_, Error>(users::by_slug(c, &slug)?)).await?;
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
        let what = format!("group {name}");
        self.store
            .read(move |c| {
                let found = groups::all(c)?.into_iter().find(|group| group.name.folded() == name.folded());
                found.ok_or_else(|| Error::not_found(what))
            })
            .await
    }
}

fn named(c: &mut Connection, group: &GroupName, name: &UserName) -> Result<Option<User>, Error> {
    for event in events::all(c)? {
        if let Some(group) = groups::by_name(c, event.id, group)?
            && let Some(user) = users::by_name(c, group.id, name)?
        {
            return Ok(Some(user));
        }
    }
    Ok(None)
}

/// One import in its transaction.
struct Import<'a, 'w> {
    w: &'a mut Writer<'w>,
    nature: &'a Nature,
    report: ImportReport,
}

impl Import<'_, '_> {
    fn event(&mut self, file: &GroupsFile) -> Result<EventId, Error> {
        let found = match &file.event_id {
            Some(id) => events::by_event_id(self.w, id)?,
            None => events::all(self.w)?.into_iter().next(),
        };
        if let Some(event) = found {
            return self.retitle(event, file.title.as_ref());
        }
        let at = self.w.at();
        let event_id = file.event_id.clone().unwrap_or_else(|| DEFAULT_EVENT.to_owned());
        let id = EventId::new(self.nature.ids.next());
        let event = Event { id, event_id, title: file.title.clone(), created_at: at, updated_at: at };
        events::insert(self.w, &event)?;
        self.w.record(Change::EventCreated { event })?;
        Ok(id)
    }

    fn retitle(&mut self, event: Event, title: Option<&String>) -> Result<EventId, Error> {
        let id = event.id;
        if title.is_some() && title != event.title.as_ref() {
            let event = Event { title: title.cloned(), updated_at: self.w.at(), ..event };
            events::update(self.w, &event)?;
            self.w.record(Change::EventChanged { event })?;
        }
        Ok(id)
    }

    fn group(&mut self, event: EventId, entry: &GroupEntry) -> Result<(), Error> {
        let group = match groups::by_name(self.w, event, &entry.name)? {
            Some(group) => self.group_again(group, entry)?,
            None => self.new_group(event, entry)?,
        };
        for user in &entry.users {
            match users::by_name(self.w, group.id, &user.name)? {
                Some(known) => self.user_again(known, user)?,
                None => self.new_user(&group, user)?,
            }
        }
        Ok(())
    }

    fn new_group(&mut self, event: EventId, entry: &GroupEntry) -> Result<Group, Error> {
        let at = self.w.at();
        let id = GroupId::new(self.nature.ids.next());
        let title = entry.title.clone();
        let (name, sandbox) = (entry.name.clone(), SandboxOverrides::default());
        let group = Group { id, event, name, title, sandbox, created_at: at, updated_at: at };
        groups::insert(self.w, &group)?;
        self.w.record(Change::GroupCreated { group: group.clone() })?;
        self.report.groups_created += 1;
        Ok(group)
    }

    fn group_again(&mut self, group: Group, entry: &GroupEntry) -> Result<Group, Error> {
        if entry.title.is_none() || entry.title == group.title {
            self.report.unchanged += 1;
            return Ok(group);
        }
        let group = Group { title: entry.title.clone(), updated_at: self.w.at(), ..group };
        groups::update(self.w, &group)?;
        self.w.record(Change::GroupChanged { group: group.clone() })?;
        self.report.changed += 1;
        Ok(group)
    }

    fn new_user(&mut self, group: &Group, entry: &UserEntry) -> Result<(), Error> {
        let at = self.w.at();
        let user = User {
            id: UserId::new(self.nature.ids.next()),
            group: group.id,
            account: None,
            name: entry.name.clone(),
            email: entry.email.clone(),
            slug: free_slug(self.w, &group.name, &entry.name)?,
            sandbox: SandboxOverrides::default(),
            created_at: at,
            updated_at: at,
        };
        users::insert(self.w, &user)?;
        self.w.record(Change::UserCreated { user })?;
        self.report.users_created += 1;
        Ok(())
    }

    fn user_again(&mut self, user: User, entry: &UserEntry) -> Result<(), Error> {
        if entry.email.is_none() || entry.email == user.email {
            self.report.unchanged += 1;
            return Ok(());
        }
        let user = User { email: entry.email.clone(), updated_at: self.w.at(), ..user };
        users::update(self.w, &user)?;
        self.w.record(Change::UserChanged { user })?;
        self.report.changed += 1;
        Ok(())
    }
}

/// The first slug for these names that nobody ever had.
fn free_slug(c: &mut Connection, group: &GroupName, user: &UserName) -> Result<Slug, Error> {
    for slug in Slug::candidates(group, user) {
        if !slugs::is_given(c, &slug)? {
            return Ok(slug);
        }
    }
    Err(Error::conflict("every address for this name is taken", "Choose another name."))
}

#[cfg(test)]
mod tests;
