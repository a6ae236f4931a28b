//! Groups: listed, made, renamed, retitled, deleted.

use std::collections::{HashMap, HashSet};

use thon_domain::{
    event::Event,
    group::Group,
    id::{EventId, GroupId, InstanceId},
    live::Change,
    page::PageRequest,
};
use thon_store::{
    Connection, events as event_rows, groups,
    people::{self, Person, PersonFilter},
};

use super::{
    Directory, events,
    fields::Fields,
    knows_addresses,
    removal::{Removal, VolumeFate},
    requests::{GroupEdit, NewGroup},
    show_to,
};
use crate::{
    actor::{Action, Actor},
    error::Error,
};

/// A group with its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupWithUsers {
    pub group: Group,
    /// The id that people write for its event.
    pub event_id: String,
    pub users: Vec<Person>,
}

/// Which groups are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupsWanted {
    /// Of the event that people call by this id, archived or not; of all that are not archived when none is named.
    pub event_id: Option<String>,
    /// With this in their name or in that of somebody in them, whatever its case.
    pub search: Option<String>,
    /// One page of them; all when none is named.
    pub page: Option<PageRequest>,
}

/// Groups, and how many pass the filter in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupPage {
    pub groups: Vec<GroupWithUsers>,
    pub total: u64,
}

impl Directory {
    /// The groups with their users by name, as far as the actor may see them.
    ///
    /// # Errors
    /// `NotFound` when an event is named and there is none.
    pub async fn groups(&self, actor: &Actor, wanted: GroupsWanted) -> Result<GroupPage, Error> {
        let actor = actor.clone();
        self.store.read(move |c| page(c, &actor, &wanted)).await
    }

    /// One group with its users.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` when it is not the actor's to see.
    pub async fn group(&self, actor: &Actor, id: GroupId) -> Result<GroupWithUsers, Error> {
        actor.may(Action::SeeGroup(id))?;
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let group = find(c, id)?;
                with_users(c, &actor, group)
            })
            .await
    }

    /// The instances of everybody in a group who ever had one.
    ///
    /// # Errors
    /// `NotFound` when there is no such group, `Forbidden` for those who do not run the event.
    pub async fn instances_of_group(&self, actor: &Actor, id: GroupId) -> Result<Vec<InstanceId>, Error> {
        actor.may(Action::SeeFleet)?;
        let users = self.group(actor, id).await?.users;
        Ok(users.iter().filter_map(|person| person.instance.map(|(id, _)| id)).collect())
    }

    /// Makes a group.
    ///
    /// # Errors
    /// `Invalid` when a field cannot be so, `Conflict` when the name is taken, `NotFound` when there is no such event,
    /// `Forbidden` for those who may not.
    pub async fn create_group(&self, actor: &Actor, new: NewGroup) -> Result<GroupWithUsers, Error> {
        actor.may(Action::EditGroups)?;
        actor.may_choose(&new.sandbox, &thon_domain::sandbox::SandboxOverrides::default())?;
        let mut fields = Fields::default();
        let (name, title) = (fields.name("name", &new.name), fields.title(new.title.as_deref()));
        let sandbox = fields.sandbox(new.sandbox);
        let name = fields.finish(name)?;
        let (nature, actor) = (self.nature.clone(), actor.clone());
        self.store
            .write(self.stamp(&actor), move |w| {
                let event = events::for_new_group(w, &nature, &actor, new.event_id.as_deref())?;
                let (id, at) = (GroupId::new(nature.ids.next()), w.at());
                let group = Group { id, event: event.id, name, title, sandbox, created_at: at, updated_at: at };
                groups::insert(w, &group)?;
                w.record(Change::GroupCreated { group: group.clone() })?;
                Ok(GroupWithUsers { group, event_id: event.event_id, users: Vec::new() })
            })
            .await
    }

    /// Changes a group. Slugs, workspaces and instances of its people stay what they are.
    ///
    /// # Errors
    /// As [`Directory::create_group`].
    pub async fn edit_group(&self, actor: &Actor, id: GroupId, edit: GroupEdit) -> Result<GroupWithUsers, Error> {
        actor.may(Action::EditGroups)?;
        let actor = actor.clone();
        self.store
            .write(self.stamp(&actor), move |w| {
                let before = find(w, id)?;
                actor.must_run(before.event)?;
                let after = edit.of(&before)?;
                actor.may_choose(&after.sandbox, &before.sandbox)?;
                if after == before {
                    return with_users(w, &actor, before);
                }
                let group = Group { updated_at: w.at(), ..after };
                groups::update(w, &group)?;
                w.record(Change::GroupChanged { group: group.clone() })?;
                with_users(w, &actor, group)
            })
            .await
    }

    /// What deleting a group would take with it.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Forbidden` for those who may not.
    pub async fn removal_of_group(&self, actor: &Actor, id: GroupId) -> Result<Removal, Error> {
        actor.may(Action::EditGroups)?;
        let actor = actor.clone();
        self.store
            .read(move |c| {
                actor.must_run(find(c, id)?.event)?;
                Removal::of_groups(c, vec![id])
            })
            .await
    }

    /// Deletes a group with everybody in it. Volumes stay unless they shall go.
    ///
    /// # Errors
    /// As [`Directory::removal_of_group`].
    pub async fn delete_group(&self, actor: &Actor, id: GroupId, volumes: VolumeFate) -> Result<Removal, Error> {
        actor.may(Action::EditGroups)?;
        let actor = actor.clone();
        let removal = self
            .store
            .write(self.stamp(&actor), move |w| {
                let group = find(w, id)?;
                actor.must_run(group.event)?;
                let removal = Removal::of_groups(w, vec![id])?;
                removal.carry_out(w, volumes)?;
                groups::delete(w, id)?;
                w.record(Change::GroupDeleted { group })?;
                Ok::<_, Error>(removal)
            })
            .await?;
        self.poke_all(&removal);
        Ok(removal)
    }
}

pub(super) fn find(c: &mut Connection, id: GroupId) -> Result<Group, Error> {
    groups::find(c, id)?.ok_or_else(|| Error::not_found("such group"))
}

/// Refuses two groups of different events.
pub(super) fn of_one_event(old: &Group, new: &Group) -> Result<(), Error> {
    if old.event == new.event {
        return Ok(());
    }
    let what = format!("{} belongs to another event than {}", new.name, old.name);
    Err(Error::conflict(what, "Somebody who takes part in two events is a user in each: create one there."))
}

fn with_users(c: &mut Connection, actor: &Actor, group: Group) -> Result<GroupWithUsers, Error> {
    let event = event_rows::find(c, group.event)?.ok_or_else(|| Error::not_found("such event"))?;
    let (mut users, _) = people::page(c, &in_groups(vec![group.id]), None)?;
    for person in &mut users {
        show_to(actor, person);
    }
    Ok(GroupWithUsers { group, event_id: event.event_id, users })
}

/// As many queries whatever the size: groups, events, who matches, and the people of those groups that are shown.
fn page(c: &mut Connection, actor: &Actor, wanted: &GroupsWanted) -> Result<GroupPage, Error> {
    let mut groups = groups::all(c)?;
    let events = match &wanted.event_id {
        Some(event_id) => vec![events::named(c, event_id)?],
        None => event_rows::current(c)?,
    };
    let events: HashMap<EventId, Event> = events.into_iter().map(|event| (event.id, event)).collect();
    let theirs = |group: &Group| actor.runs_event(group.event) || actor.groups.contains(&group.id);
    groups.retain(|group| events.contains_key(&group.event) && theirs(group));
    if let Some(search) = wanted.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) {
        let found = groups_with(c, (actor, &groups), search)?;
        groups.retain(|group| group.name.folded().contains(&search.to_lowercase()) || found.contains(&group.id));
    }
    let total = groups.len() as u64;
    if let Some(page) = wanted.page {
        groups = groups.into_iter().skip(page.offset()).take(page.page_size as usize).collect();
    }
    Ok(GroupPage { groups: filled(c, actor, groups, &events)?, total })
}

/// The groups in which somebody is found.
fn groups_with(c: &mut Connection, (actor, seen): (&Actor, &[Group]), search: &str) -> Result<HashSet<GroupId>, Error> {
    let by_email = knows_addresses(actor, seen.iter().map(|group| group.id));
    let filter = PersonFilter { search: Some(search.to_owned()), by_email, ..PersonFilter::default() };
    Ok(people::groups_of(c, &filter)?)
}

/// The groups of these events with their people, in the order given.
fn filled(
    c: &mut Connection,
    actor: &Actor,
    groups: Vec<Group>,
    events: &HashMap<EventId, Event>,
) -> Result<Vec<GroupWithUsers>, Error> {
    let (people, _) = people::page(c, &in_groups(groups.iter().map(|group| group.id).collect()), None)?;
    let mut users: HashMap<GroupId, Vec<Person>> = HashMap::new();
    for mut person in people {
        show_to(actor, &mut person);
        users.entry(person.user.group).or_default().push(person);
    }
    let fill = |group: Group| GroupWithUsers {
        event_id: events.get(&group.event).map(|event| event.event_id.clone()).unwrap_or_default(),
        users: users.remove(&group.id).unwrap_or_default(),
        group,
    };
    Ok(groups.into_iter().map(fill).collect())
}

fn in_groups(groups: Vec<GroupId>) -> PersonFilter {
    PersonFilter { groups: Some(groups), ..PersonFilter::default() }
}
