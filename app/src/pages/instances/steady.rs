//! Rows that stay where they are while somebody is at them: what happens elsewhere moves none from under a pointer.

use std::collections::BTreeMap;

use leptos::prelude::*;
use thon_domain::{
    id::{GroupId, UserId},
    user::User,
};

use super::filter::{Filter, Section};
use crate::live::FleetStore;

/// What is shown, and whether it is held.
#[derive(Clone, Copy)]
pub struct Steady {
    pub sections: Memo<Vec<Section>>,
    /// Whether the rows would stand otherwise if they were not held.
    pub waits: Memo<bool>,
    pointed: RwSignal<bool>,
    focused: RwSignal<bool>,
    /// How often somebody asked for the order that is due.
    asked: RwSignal<u32>,
}

/// What was shown last, and for what.
#[derive(Clone, PartialEq)]
struct Shown {
    filter: Filter,
    asked: u32,
    sections: Vec<Section>,
}

impl Steady {
    /// Holds the rows that `filter` finds.
    pub fn new(store: FleetStore, filter: Memo<Filter>) -> Self {
        let (pointed, focused, asked) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(0));
        let due = store.seen(move |view| filter.with(|filter| filter.sections(view)));
        let shown = Memo::new(move |before: Option<&Shown>| {
            let (filter, asked, due) = (filter.get(), asked.get(), due.get());
            let held = pointed.get() || focused.get();
            let before = before.filter(|before| held && before.filter == filter && before.asked == asked);
            let there = |user| store.with_view(|view| view.users.contains_key(&user));
            let sections = match before {
                Some(before) => held_in_place(&before.sections, due, there),
                None => due,
            };
            Shown { filter, asked, sections }
        });
        let sections = Memo::new(move |_| shown.with(|shown| shown.sections.clone()));
        let waits = Memo::new(move |_| shown.with(|shown| due.with(|due| *due != shown.sections)));
        Self { sections, waits, pointed, focused, asked }
    }

    /// Notes whether a pointer is over the rows.
    pub fn point(self, over: bool) {
        self.pointed.set(over);
    }

    /// Notes whether the focus is among the rows.
    pub fn focus(self, within: bool) {
        self.focused.set(within);
    }

    /// Brings the rows into the order that is due.
    pub fn sort_now(self) {
        self.asked.update(|asked| *asked += 1);
    }
}

/// The due rows in the places where they stand: who is new comes last, who is not found any more stays while they are `there`.
fn held_in_place(before: &[Section], due: Vec<Section>, there: impl Fn(UserId) -> bool) -> Vec<Section> {
    let place = |section: &Section| section.group.as_ref().map(|group| group.id);
    let mut wanted: BTreeMap<UserId, (Option<GroupId>, User)> = BTreeMap::new();
    for section in &due {
        wanted.extend(section.users.iter().map(|user| (user.id, (place(section), user.clone()))));
    }
    let mut held: Vec<Section> = Vec::with_capacity(before.len());
    for section in before {
        let mut users = Vec::with_capacity(section.users.len());
        for user in &section.users {
            match wanted.get(&user.id) {
                Some((now, _)) if *now == place(section) => users.extend(wanted.remove(&user.id).map(|(_, user)| user)),
                None if there(user.id) => users.push(user.clone()),
                _ => {}
            }
        }
        let now = due.iter().find(|one| place(one) == place(section));
        held.push(Section { group: now.unwrap_or(section).group.clone(), users });
    }
    for mut section in due {
        let place = place(&section);
        section.users.retain(|user| wanted.contains_key(&user.id));
        match held.iter_mut().find(|one| one.group.as_ref().map(|group| group.id) == place) {
            Some(held) => held.users.append(&mut section.users),
            None => held.push(section),
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use thon_domain::{instance::State, live::FleetView};

    use super::*;
    use crate::live::roster::sample::{instance, view};

    fn names(sections: &[Section]) -> Vec<Vec<String>> {
        sections.iter().map(|section| section.users.iter().map(|user| user.name.to_string()).collect()).collect()
    }

    fn held(query: &str, before: &FleetView, now: &FleetView) -> Vec<Vec<String>> {
        let filter = Filter::of(query);
        let there = |user| now.users.contains_key(&user);
        names(&held_in_place(&filter.sections(before), filter.sections(now), there))
    }

    #[test]
    fn a_row_stays_where_it_is_whatever_becomes_of_it() {
        let (before, mut now) = (view(), view());
        for one in [instance(1, State::Running), instance(3, State::Failed)] {
            now.instances.insert(one.id, one);
        }
        assert_eq!(names(&Filter::of("?sort=state").sections(&now)), [vec!["carol", "Bob", "alice"]]);
        assert_eq!(held("?sort=state", &before, &now), names(&Filter::of("?sort=state").sections(&before)));
        let group = before.groups.values().next().expect("a group").name.clone();
        let query = format!("?state=none&group={group}");
        assert_eq!(held(&query, &before, &now), [vec!["alice", "Bob"]], "found no more, and still there");
    }

    #[test]
    fn who_is_new_comes_last_and_who_is_gone_goes() {
        let (mut before, now) = (view(), view());
        let alice = before.users.keys().nth(1).copied().expect("alice");
        let gone = before.users.remove(&alice).expect("alice");
        assert_eq!(held("?sort=name", &before, &now), [vec!["Bob", "carol", "alice"]]);
        before.users.insert(alice, gone);
        let mut without = now;
        without.users.remove(&alice);
        assert_eq!(held("?sort=name", &before, &without), [vec!["Bob", "carol"]]);
    }

    #[test]
    fn whoever_moves_stands_in_their_new_group_alone() {
        let (before, mut now) = (view(), view());
        let other = now.groups.keys().last().copied().expect("a group");
        let bob = now.users.values_mut().next().expect("Bob");
        bob.group = other;
        assert_eq!(held("", &before, &now), [vec!["carol", "Bob"], vec!["alice"]]);
    }
}
