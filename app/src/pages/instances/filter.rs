//! Which rows are shown and in which order: what the URL says, and pure functions that follow it.

use std::collections::HashMap;

use thon_domain::{
    group::Group,
    id::UserId,
    instance::{Instance, State},
    live::FleetView,
    user::User,
};

use crate::{live::roster, next_path::value, ui::StateWords};

/// What the query of the page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that all have to be found in a row.
    pub q: String,
    /// A state as the styles know it, for example `failed`; any when empty.
    pub state: String,
    /// The name of a group; any when empty.
    pub group: String,
    pub sort: Sort,
}

/// The order of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    pub by: By,
    pub down: bool,
}

/// What the rows are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By group and name, with a head for each group.
    #[default]
    Group,
    Name,
    /// What failed first, then what is on its way, then the rest.
    State,
    /// The state that has held for the longest first.
    Since,
    Port,
}

impl By {
    /// Every order with its word in the URL.
    pub const ALL: [(Self, &str, &str); 5] = [
        (Self::Group, "group", "Group"),
        (Self::Name, "name", "Name"),
        (Self::State, "state", "State"),
        (Self::Since, "since", "Longest in its state"),
        (Self::Port, "port", "Port"),
    ];

    /// Its word in the URL.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(by, ..)| *by == self).map_or("group", |(_, word, _)| word)
    }
}

impl Sort {
    fn of(text: &str) -> Self {
        let (down, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
        let by = By::ALL.iter().find(|(_, known, _)| *known == word).map_or(By::Group, |(by, ..)| *by);
        Self { by, down: down && by != By::Group }
    }
}

/// People in the order of the page, under the head of their group or, in another order, under none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub group: Option<Group>,
    pub users: Vec<User>,
}

/// How many rows there would be with each state, the others' choice being kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(HashMap<&'static str, usize>);

impl Counts {
    /// How many rows have this state; all of them when it is empty.
    pub fn of(&self, state: &str) -> usize {
        if state.is_empty() { self.0.values().sum() } else { self.0.get(state).copied().unwrap_or_default() }
    }
}

impl Filter {
    /// Reads the query of a page.
    pub fn of(search: &str) -> Self {
        let text = |key| value(search, key).unwrap_or_default();
        Self { q: text("q"), state: text("state"), group: text("group"), sort: Sort::of(&text("sort")) }
    }

    /// Whether anybody is left out.
    pub fn narrows(&self) -> bool {
        !(self.q.trim().is_empty() && self.state.is_empty() && self.group.is_empty())
    }

    /// Who is shown, in order.
    pub fn sections(&self, view: &FleetView) -> Vec<Section> {
        let instances = by_user(view);
        let shown = |team: &roster::Team, user: &User| {
            let instance = instances.get(&user.id).copied();
            self.finds(&team.group, user, instance) && (self.state.is_empty() || key(instance) == self.state)
        };
        let mut sections: Vec<Section> = roster::teams(view)
            .into_iter()
            .map(|mut team| {
                let users = std::mem::take(&mut team.users);
                let users = users.into_iter().filter(|user| shown(&team, user)).collect();
                Section { group: Some(team.group), users }
            })
            .filter(|section| !section.users.is_empty())
            .collect();
        if self.sort.by != By::Group {
            let mut users: Vec<User> = sections.into_iter().flat_map(|section| section.users).collect();
            self.order(&mut users, &instances);
            sections = vec![Section { group: None, users }];
        }
        sections
    }

    /// How many rows there would be with each state.
    pub fn counts(&self, view: &FleetView) -> Counts {
        let instances = by_user(view);
        let mut counts = Counts::default();
        for user in view.users.values() {
            let instance = instances.get(&user.id).copied();
            if view.groups.get(&user.group).is_some_and(|group| self.finds(group, user, instance)) {
                *counts.0.entry(key(instance)).or_default() += 1;
            }
        }
        counts
    }

    /// Whether a row is found, whatever its state.
    fn finds(&self, group: &Group, user: &User, instance: Option<&Instance>) -> bool {
        if !self.group.is_empty() && group.name.as_str() != self.group {
            return false;
        }
        if self.q.trim().is_empty() {
            return true;
        }
        let id = instance.map(|one| one.id.to_string()).unwrap_or_default();
        let word = StateWords::of(instance.map(|one| one.state)).word;
        let text = format!("{} {} {} {id} {word}", user.name, group.name, user.slug).to_lowercase();
        self.q.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }

    fn order(&self, users: &mut [User], instances: &HashMap<UserId, &Instance>) {
        let of = |user: &User| instances.get(&user.id).copied();
        match self.sort.by {
            By::Group => {}
            By::Name => users.sort_by_cached_key(|user| user.name.folded()),
            By::State => users.sort_by_key(|user| rank(of(user))),
            By::Since => users.sort_by_key(|user| of(user).map_or((true, None), |one| (false, Some(one.state_since)))),
            By::Port => users.sort_by_key(|user| of(user).map_or(u16::MAX, |one| one.host_port)),
        }
        if self.sort.down {
            users.reverse();
        }
    }
}

fn by_user(view: &FleetView) -> HashMap<UserId, &Instance> {
    view.instances.values().map(|one| (one.user, one)).collect()
}

fn key(instance: Option<&Instance>) -> &'static str {
    StateWords::of(instance.map(|one| one.state)).key
}

/// Where a state stands in the order: what needs somebody comes first.
fn rank(instance: Option<&Instance>) -> u8 {
    match instance.map(|one| one.state) {
        Some(State::Failed) => 0,
        Some(State::Pending | State::Pausing | State::Resuming | State::Stopping) => 1,
        Some(State::Running) => 2,
        Some(State::Paused) => 3,
        Some(State::Terminated) => 4,
        None => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::roster::sample::{instance, view};

    fn names(query: &str) -> Vec<Vec<String>> {
        let mut view = view();
        for one in [instance(1, State::Running), instance(3, State::Failed)] {
            view.instances.insert(one.id, one);
        }
        let names = |section: Section| section.users.iter().map(|user| user.name.to_string()).collect();
        Filter::of(query).sections(&view).into_iter().map(names).collect()
    }

    #[test]
    fn words_are_found_in_names_groups_addresses_and_states() {
        assert_eq!(names(""), [vec!["carol"], vec!["alice", "Bob"]]);
        assert_eq!(names("?q=BETA"), [vec!["alice", "Bob"]]);
        assert_eq!(names("?q=beta+running"), [vec!["Bob"]]);
        assert_eq!(names("?q=not+started"), [vec!["alice"]]);
        assert_eq!(names("?q=g-3"), [vec!["carol"]]);
        assert_eq!(names("?q=beta+failed"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn state_and_group_narrow() {
        assert_eq!(names("?state=none&group=beta"), [vec!["alice"]]);
        assert_eq!(names("?state=failed"), [vec!["carol"]]);
        assert_eq!(names("?state=&group="), [vec!["carol"], vec!["alice", "Bob"]]);
        assert!(Filter::of("?q=x").narrows() && !Filter::of("?q=+&sort=name").narrows());
    }

    #[test]
    fn another_order_has_no_heads() {
        assert_eq!(names("?sort=name"), [vec!["alice", "Bob", "carol"]]);
        assert_eq!(names("?sort=-name"), [vec!["carol", "Bob", "alice"]]);
        assert_eq!(names("?sort=state"), [vec!["carol", "Bob", "alice"]]);
        assert_eq!(names("?sort=-group"), names(""));
        assert_eq!(names("?sort=nonsense"), names(""));
    }

    #[test]
    fn states_are_counted_whatever_state_is_chosen() {
        let mut view = view();
        let running = instance(1, State::Running);
        view.instances.insert(running.id, running);
        let counts = Filter::of("?state=failed&group=beta").counts(&view);
        assert_eq!((counts.of(""), counts.of("running"), counts.of("none"), counts.of("failed")), (2, 1, 1, 0));
    }
}
