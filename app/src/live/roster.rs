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

/// The people of one group.
pub fn members(teams: &[Team], group: GroupId) -> Vec<User> {
    teams.iter().find(|team| team.group.id == group).map(|team| team.users.clone()).unwrap_or_default()
}

/// How many people there are, and what of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub people: usize,
    pub running: usize,
    /// Those whom "Launch missing" would launch.
    pub missing: usize,
}

/// Counts one group, or everybody.
pub fn tally(view: &FleetView, group: Option<GroupId>) -> Tally {
    let instances: BTreeMap<UserId, &Instance> = view.instances.values().map(|one| (one.user, one)).collect();
    let counted = view.users.values().filter(|user| group.is_none_or(|group| user.group == group));
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
mod tests {
    use chrono::{DateTime, Utc};
    use thon_domain::{
        address::Addresses,
        name::{GroupName, UserName},
        sandbox::SandboxOverrides,
        slug::Slug,
    };

    use super::*;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(n: u8) -> T {
        format!("00000000-0000-7000-8000-0000000000{n:02x}").parse().expect("an id")
    }

    fn view() -> FleetView {
        let mut view = FleetView::empty(Addresses::local(8100));
        for (n, name) in [(1, "beta"), (2, "Alpha")] {
            let name = GroupName::new(name).expect("a name");
            let group = Group {
                id: id(n),
                event: id(0),
                name,
                title: None,
                sandbox: SandboxOverrides::default(),
                created_at: AT,
                updated_at: AT,
            };
            view.groups.insert(group.id, group);
        }
        for (n, group, name) in [(1, 1, "Bob"), (2, 1, "alice"), (3, 2, "carol")] {
            let (slug, name) = (Slug::new(&format!("g-{n}")).expect("a slug"), UserName::new(name).expect("a name"));
            let (account, email) = (None, None);
            let user = User {
                id: id(n),
                group: id(group),
                account,
                name,
                email,
                slug,
                sandbox: SandboxOverrides::default(),
                created_at: AT,
                updated_at: AT,
            };
            view.users.insert(user.id, user);
        }
        view
    }

    fn instance(n: u8, state: State, intent: Intent) -> Instance {
        Instance { state, intent, ..Instance::first(id(n), id(n), 8443, AT) }
    }

    #[test]
    fn people_stand_by_name_whatever_the_case() {
        let names: Vec<Vec<String>> =
            teams(&view()).iter().map(|team| team.users.iter().map(|user| user.name.to_string()).collect()).collect();
        assert_eq!(names, [vec!["carol"], vec!["alice", "Bob"]]);
    }

    #[test]
    fn whoever_does_not_run_is_missing() {
        let mut view = view();
        let running = instance(1, State::Running, Intent::Run);
        view.instances.insert(running.id, running);
        assert_eq!(tally(&view, None), Tally { people: 3, running: 1, missing: 2 });
        assert_eq!(tally(&view, Some(id(1))), Tally { people: 2, running: 1, missing: 1 });
    }

    #[test]
    fn what_may_be_launched_is_missing() {
        let missing = |state, intent| is_missing(Some(&instance(1, state, intent)));
        assert!(missing(State::Failed, Intent::Run) && missing(State::Terminated, Intent::Terminate));
        assert!(missing(State::Stopping, Intent::Terminate) && is_missing(None));
        assert!(!missing(State::Pending, Intent::Run) && !missing(State::Running, Intent::Run));
    }
}
