//! The plan of an import: for each entry what is there, and what shall be.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use thon_domain::{
    event::Event,
    group::Group,
    id::{EventId, GroupId, UserId},
    slug::Slug,
    user::User,
};
use thon_store::{Connection, events, groups, slugs, users};

use crate::{
    actor::Actor,
    clock::Nature,
    directory::{
        events::{DEFAULT_EVENT, usual},
        free_slug,
        groups_file::{GroupEntry, GroupsFile, UserEntry},
    },
    error::Error,
};

/// What is to be done about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<T> {
    Create(T),
    Change {
        before: T,
        after: T,
    },
    Unchanged(T),
    /// It is there, and the file does not name it. It stays.
    Missing(T),
}

/// Everything that is to be done, in the order of the file; what is missing comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub event: Step<Event>,
    pub groups: Vec<(Step<Group>, Vec<Step<User>>)>,
}

impl<T> Step<T> {
    /// The thing before, if it was there, and as it shall be, if that is something else.
    pub fn changed(&self) -> Option<(Option<&T>, &T)> {
        match self {
            Self::Create(after) => Some((None, after)),
            Self::Change { before, after } => Some((Some(before), after)),
            Self::Unchanged(_) | Self::Missing(_) => None,
        }
    }

    /// The thing, as it shall be.
    pub const fn thing(&self) -> &T {
        match self {
            Self::Create(thing) | Self::Unchanged(thing) | Self::Missing(thing) | Self::Change { after: thing, .. } => {
                thing
            }
        }
    }
}

impl<T: Clone + PartialEq> Step<T> {
    fn between(before: T, after: T) -> Self {
        if before == after { Self::Unchanged(before) } else { Self::Change { before, after } }
    }
}

impl Plan {
    /// Reads what is there and plans.
    pub fn read(
        c: &mut Connection,
        actor: &Actor,
        file: &GroupsFile,
        (nature, at): (&Nature, DateTime<Utc>),
    ) -> Result<Self, Error> {
        let event = match &file.event_id {
            Some(id) => events::by_event_id(c, id)?,
            None => usual(c, actor)?,
        };
        let groups = event.as_ref().map(|event| groups::of_event(c, event.id)).transpose()?.unwrap_or_default();
        let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        let users = users::of_groups(c, &ids)?;
        let planner = Planner { nature, at, given: slugs::all(c)?, known: Known::new(groups, users) };
        planner.plan(file, event)
    }
}

/// What is there, found by name without a query each.
struct Known {
    groups: HashMap<String, Group>,
    users: HashMap<GroupId, HashMap<String, User>>,
}

impl Known {
    fn new(groups: Vec<Group>, all: Vec<User>) -> Self {
        let mut users: HashMap<GroupId, HashMap<String, User>> = HashMap::new();
        for user in all {
            users.entry(user.group).or_default().insert(user.name.folded(), user);
        }
        Self { groups: groups.into_iter().map(|group| (group.name.folded(), group)).collect(), users }
    }
}

/// Compares a file with what is there. It changes nothing but its own notes.
struct Planner<'a> {
    nature: &'a Nature,
    at: DateTime<Utc>,
    /// Every slug that was ever given, and those that this plan gives.
    given: HashSet<Slug>,
    known: Known,
}

impl Planner<'_> {
    fn plan(mut self, file: &GroupsFile, event: Option<Event>) -> Result<Plan, Error> {
        let event = self.event(file, event);
        let id = event.thing().id;
        let groups = file.groups.iter().map(|entry| self.group(id, entry)).collect::<Result<Vec<_>, _>>()?;
        let missing = self.missing();
        Ok(Plan { event, groups: groups.into_iter().chain(missing).collect() })
    }

    fn event(&self, file: &GroupsFile, known: Option<Event>) -> Step<Event> {
        let Some(before) = known else {
            let event_id = file.event_id.clone().unwrap_or_else(|| DEFAULT_EVENT.to_owned());
            let id = EventId::new(self.nature.ids.next());
            return Step::Create(Event { title: file.title.clone(), ..Event::new(id, event_id, self.at) });
        };
        let mut after = before.clone();
        after.title = file.title.clone().or(after.title);
        if after != before {
            after.updated_at = self.at;
        }
        Step::between(before, after)
    }

    fn group(&mut self, event: EventId, entry: &GroupEntry) -> Result<(Step<Group>, Vec<Step<User>>), Error> {
        let step = match self.known.groups.remove(&entry.name.folded()) {
            Some(before) => self.group_again(before, entry),
            None => Step::Create(self.new_group(event, entry)),
        };
        let group = step.thing();
        let mut known = self.known.users.remove(&group.id).unwrap_or_default();
        let mut users = Vec::with_capacity(entry.users.len());
        for entry in &entry.users {
            users.push(match known.remove(&entry.name.folded()) {
                Some(before) => self.user_again(before, entry),
                None => Step::Create(self.new_user(group, entry)?),
            });
        }
        users.extend(sorted(known, |user| user.name.folded()).map(Step::Missing));
        Ok((step, users))
    }

    fn new_group(&self, event: EventId, entry: &GroupEntry) -> Group {
        Group {
            id: GroupId::new(self.nature.ids.next()),
            event,
            name: entry.name.clone(),
            title: entry.title.clone(),
            sandbox: entry.sandbox.clone().unwrap_or_default(),
            created_at: self.at,
            updated_at: self.at,
        }
    }

    fn group_again(&self, before: Group, entry: &GroupEntry) -> Step<Group> {
        let mut after = before.clone();
        after.title = entry.title.clone().or(after.title);
        after.sandbox = entry.sandbox.clone().unwrap_or(after.sandbox);
        if after != before {
            after.updated_at = self.at;
        }
        Step::between(before, after)
    }

    fn new_user(&mut self, group: &Group, entry: &UserEntry) -> Result<User, Error> {
        let slug = free_slug(&group.name, &entry.name, |slug| Ok(self.given.contains(slug)))?;
        self.given.insert(slug.clone());
        Ok(User {
            id: UserId::new(self.nature.ids.next()),
            group: group.id,
            account: None,
            name: entry.name.clone(),
            email: entry.email.clone(),
            slug,
            sandbox: entry.sandbox.clone().unwrap_or_default(),
            created_at: self.at,
            updated_at: self.at,
        })
    }

    fn user_again(&self, before: User, entry: &UserEntry) -> Step<User> {
        let mut after = before.clone();
        after.email = entry.email.clone().or(after.email);
        after.sandbox = entry.sandbox.clone().unwrap_or(after.sandbox);
        if after != before {
            after.updated_at = self.at;
        }
        Step::between(before, after)
    }

    /// The groups that the file does not name, with everybody in them.
    fn missing(self) -> impl Iterator<Item = (Step<Group>, Vec<Step<User>>)> {
        let Known { groups, mut users } = self.known;
        sorted(groups, |group| group.name.folded()).map(move |group| {
            let users = users.remove(&group.id).unwrap_or_default();
            (Step::Missing(group), sorted(users, |user| user.name.folded()).map(Step::Missing).collect())
        })
    }
}

fn sorted<T>(things: HashMap<String, T>, key: impl Fn(&T) -> String) -> impl Iterator<Item = T> {
    let mut things: Vec<T> = things.into_values().collect();
    things.sort_by_cached_key(key);
    things.into_iter()
}
