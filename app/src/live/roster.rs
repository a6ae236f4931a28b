//! The roster: who is there, in the order of the page, and how many are well. Pure functions of the view.

use std::collections::BTreeMap;

use thon_domain::{
    group::Group,
    id::{GroupId, UserId},
    instance::{Instance, Intent, State},
    live::FleetView,
    user::User,
};

/// A group with its people, both by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    pub group: Group,
    pub users: Vec<User>,
}

/// Everybody in the view, by name of group, then of person.
pub fn teams(view: &FleetView) -> Vec<Team> {
    let mut members: BTreeMap<GroupId, Vec<User>> = BTreeMap::new();
    for user in view.users.values() {
        members.entry(user.group).or_default().push(user.clone());
    }
    let team = |group: &Group| {
        let mut users = members.remove(&group.id).unwrap_or_default();
        users.sort_by_cached_key(|user| user.name.folded());
        Team { group: group.clone(), users }
    };
    let mut teams: Vec<Team> = view.groups.values().map(team).collect();
    teams.sort_by_cached_key(|team| team.group.name.folded());
    teams
}

/// How many people there are, and what of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub people: usize,
    pub running: usize,
    /// Those whom "Launch missing" would launch.
    pub missing: usize,
}

/// Counts some of the users.
pub fn tally(view: &FleetView, counts: impl Fn(&User) -> bool) -> Tally {
    let instances: BTreeMap<UserId, &Instance> = view.instances.values().map(|one| (one.user, one)).collect();
    let counted = view.users.values().filter(|user| counts(user));
    counted.fold(Tally::default(), |sum, user| {
        let instance = instances.get(&user.id).copied();
        Tally {
            people: sum.people + 1,
            running: sum.running + usize::from(instance.is_some_and(|one| one.state == State::Running)),
            missing: sum.missing + usize::from(is_missing(instance)),
        }
    })
}

/// Whether somebody has no instance that runs or is about to, so that launching makes sense.
pub fn is_missing(instance: Option<&Instance>) -> bool {
    instance.is_none_or(|one| one.intent == Intent::Terminate || one.state == State::Failed)
}

#[cfg(test)]
pub mod sample;

#[cfg(test)]
mod tests {
    use super::{
        sample::{instance, view},
        *,
    };

    #[test]
    fn people_stand_by_name_whatever_the_case() {
        let names: Vec<Vec<String>> =
            teams(&view()).iter().map(|team| team.users.iter().map(|user| user.name.to_string()).collect()).collect();
        assert_eq!(names, [vec!["carol"], vec!["alice", "Bob"]]);
    }

    #[test]
    fn whoever_does_not_run_is_missing() {
        let mut view = view();
        let running = instance(1, State::Running);
        let group = view.users[&running.user].group;
        view.instances.insert(running.id, running);
        assert_eq!(tally(&view, |_| true), Tally { people: 3, running: 1, missing: 2 });
        assert_eq!(tally(&view, |user| user.group == group), Tally { people: 2, running: 1, missing: 1 });
    }

    #[test]
    fn what_may_be_launched_is_missing() {
        let missing = |state, intent| is_missing(Some(&Instance { intent, ..instance(1, state) }));
        assert!(missing(State::Failed, Intent::Run) && missing(State::Terminated, Intent::Terminate));
        assert!(missing(State::Stopping, Intent::Terminate) && is_missing(None));
        assert!(!missing(State::Pending, Intent::Run) && !missing(State::Running, Intent::Run));
    }
}
