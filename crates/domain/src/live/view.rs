//! The fleet as somebody sees it, kept up to date by applying activity.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Activity, Change, Sight};
use crate::{
    address::Addresses,
    event::Event,
    group::Group,
    id::{EventId, GroupId, InstanceId, UserId},
    instance::Instance,
    user::User,
};

/// Everything up to an activity number, as far as the viewer may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetView {
    /// The last activity that is contained.
    pub number: i64,
    pub addresses: Addresses,
    pub events: BTreeMap<EventId, Event>,
    pub groups: BTreeMap<GroupId, Group>,
    pub users: BTreeMap<UserId, User>,
    pub instances: BTreeMap<InstanceId, Instance>,
}

impl FleetView {
    /// A view of nothing, before the first activity.
    pub fn empty(addresses: Addresses) -> Self {
        Self {
            number: 0,
            addresses,
            events: BTreeMap::new(),
            groups: BTreeMap::new(),
            users: BTreeMap::new(),
            instances: BTreeMap::new(),
        }
    }

    /// Takes one activity in. One that is already contained changes nothing.
    pub fn apply(&mut self, activity: &Activity) {
        if activity.number <= self.number {
            return;
        }
        self.number = activity.number;
        let change = &activity.change;
        if let Some(event) = change.event() {
            self.events.insert(event.id, event.clone());
        }
        if let Some(group) = change.group() {
            self.groups.insert(group.id, group.clone());
        }
        if let Some(user) = change.user() {
            self.users.insert(user.id, user.clone());
        }
        if let Some(instance) = change.instance() {
            self.instances.insert(instance.id, instance.clone());
        }
        self.forget(change);
        if self.may_be_archived(change) {
            self.leave_out_archived();
        }
    }

    /// Whether a change may have brought in something of an archived event: what it belongs to is not here.
    fn may_be_archived(&self, change: &Change) -> bool {
        change.event().is_some()
            || change.group().is_some()
            || change.user().is_some_and(|user| !self.groups.contains_key(&user.group))
            || change.instance().is_some_and(|instance| !self.users.contains_key(&instance.user))
    }

    /// Takes out the groups of archived events with everybody in them. When one comes back, the view has to be fetched again.
    pub fn leave_out_archived(&mut self) {
        if !self.events.values().any(Event::is_archived) {
            return;
        }
        let (events, groups, users) = (&self.events, &mut self.groups, &mut self.users);
        groups.retain(|_, group| events.get(&group.event).is_none_or(|event| !event.is_archived()));
        users.retain(|_, user| groups.contains_key(&user.group));
        self.instances.retain(|_, instance| users.contains_key(&instance.user));
    }

    /// Takes out what is gone. A group's people and an event's groups are told of one by one.
    fn forget(&mut self, change: &Change) {
        if let Some(event) = change.deleted_event() {
            self.events.remove(&event.id);
        }
        if let Some(group) = change.deleted_group() {
            self.groups.remove(&group.id);
        }
        if let Some(user) = change.deleted_user() {
            self.users.remove(&user.id);
            self.instances.retain(|_, instance| instance.user != user.id);
        }
    }

    /// The part of the view that may be seen.
    #[must_use]
    pub fn seen_by(mut self, sight: &Sight) -> Self {
        if let Sight::Own { groups, .. } = sight {
            self.groups.retain(|id, _| groups.contains(id));
            self.users.retain(|_, user| sight.sees(user));
            self.users.values_mut().for_each(|user| sight.blank(user));
            self.instances.retain(|_, instance| sight.sees_instance_of(instance.user));
        }
        self
    }

    /// The instance of a user, if they ever had one.
    pub fn instance_of(&self, user: UserId) -> Option<&Instance> {
        self.instances.values().find(|instance| instance.user == user)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        live::Cause,
        name::{GroupName, UserName},
        sandbox::SandboxOverrides,
        slug::Slug,
    };

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn id(n: u8) -> Uuid {
        Uuid::from_u128(u128::from(n))
    }

    fn group(n: u8, title: u8) -> Group {
        Group {
            id: GroupId::new(id(n)),
            event: EventId::new(id(0)),
            name: GroupName::new(&format!("g{n}")).expect("name"),
            title: Some(format!("t{title}")),
            sandbox: SandboxOverrides::default(),
            created_at: AT,
            updated_at: AT,
        }
    }

    fn user(n: u8, email: u8) -> User {
        User {
            id: UserId::new(id(n)),
            group: GroupId::new(id(n % 2)),
            account: None,
            name: UserName::new(&format!("u{n}")).expect("name"),
            email: Some(format!("u{email}@example.org")),
            slug: Slug::new(&format!("g-u{n}")).expect("slug"),
            sandbox: SandboxOverrides::default(),
            created_at: AT,
            updated_at: AT,
        }
    }

    fn instance(n: u8, attempts: u8) -> Instance {
        let first = Instance::first(InstanceId::new(id(n)), UserId::new(id(n)), 8443, AT);
        Instance { attempts: u32::from(attempts), ..first }
    }

    /// What happens to the `n`th, where `places` says who sits in which of the two groups.
    fn change(kind: u8, n: u8, x: u8, places: &mut [u8; 4]) -> Change {
        let place = &mut places[usize::from(n)];
        let seated = |place: u8| User { group: GroupId::new(id(place)), ..user(n, x) };
        match kind {
            0 => Change::GroupCreated { group: group(n % 2, x) },
            1 => Change::GroupDeleted { group: group(n % 2, x) },
            2 => Change::UserChanged { user: seated(*place) },
            3 => Change::UserDeleted { user: seated(*place) },
            4 => {
                let from = GroupId::new(id(*place));
                *place = 1 - *place;
                Change::UserMoved { user: seated(*place), from }
            }
            5 => Change::InstanceLaunched { instance: instance(n, x) },
            _ => Change::InstanceTerminated { instance: instance(n, x) },
        }
    }

    fn log() -> impl Strategy<Value = Vec<Activity>> {
        prop::collection::vec((0_u8..7, 0_u8..4, 0_u8..4), 0..40).prop_map(|acts| {
            let mut places = [0, 1, 0, 1];
            let changes = acts.into_iter().map(move |(kind, n, x)| change(kind, n, x, &mut places));
            (1..)
                .zip(changes)
                .map(|(number, change)| Activity {
                    number,
                    at: AT,
                    cause: Cause { account: None, name: "t".into() },
                    change,
                })
                .collect()
        })
    }

    fn sight() -> impl Strategy<Value = Sight> {
        prop_oneof![
            Just(Sight::All),
            (0_u8..4).prop_map(|n| Sight::Own {
                users: [UserId::new(id(n))].into(),
                groups: [GroupId::new(id(n % 2))].into(),
                watched: [].into(),
            }),
            (0_u8..4).prop_map(|n| Sight::Own {
                users: [UserId::new(id(n))].into(),
                groups: [GroupId::new(id(0)), GroupId::new(id(1))].into(),
                watched: [UserId::new(id((n + 1) % 4))].into(),
            }),
        ]
    }

    fn snapshot(log: &[Activity]) -> FleetView {
        let mut view = FleetView::empty(Addresses::local(8100));
        for activity in log {
            view.apply(activity);
        }
        view
    }

    #[test]
    fn of_an_archived_event_nothing_is_there_and_nothing_comes() {
        let event = Event::new(EventId::new(id(0)), "spring".to_owned(), AT);
        let archived = Event { archived_at: Some(AT), ..event.clone() };
        let later = User { group: GroupId::new(id(0)), ..user(0, 1) };
        let changes = [
            Change::EventCreated { event },
            Change::GroupCreated { group: group(0, 0) },
            Change::UserCreated { user: user(0, 0) },
            Change::InstanceLaunched { instance: instance(0, 0) },
            Change::EventArchived { event: archived },
            Change::GroupChanged { group: group(0, 1) },
            Change::UserChanged { user: later },
            Change::InstanceTerminated { instance: instance(0, 1) },
        ];
        let cause = || Cause { account: None, name: "t".into() };
        let log: Vec<Activity> =
            (1..).zip(changes).map(|(number, change)| Activity { number, at: AT, cause: cause(), change }).collect();
        let before = snapshot(&log[..4]);
        assert_eq!((before.groups.len(), before.users.len(), before.instances.len()), (1, 1, 1));
        for at in 5..=log.len() {
            let view = snapshot(&log[..at]);
            assert_eq!((view.groups.len(), view.users.len(), view.instances.len()), (0, 0, 0), "after {at}");
            assert!(view.events.values().all(Event::is_archived));
        }
    }

    proptest! {
        /// `snapshot(n) + activity(n..m) == snapshot(m)`, for everything and for what somebody may see.
        #[test]
        fn a_snapshot_and_what_follows_is_the_later_snapshot(log in log(), at in 0_usize..40, sight in sight()) {
            let at = at.min(log.len());
            let mut view = snapshot(&log[..at]).seen_by(&sight);
            let seen = log[at..].iter().filter_map(|activity| sight.of(activity));
            seen.for_each(|activity| view.apply(&activity));
            let whole = snapshot(&log).seen_by(&sight);
            view.number = whole.number; // hidden rows leave gaps
            prop_assert_eq!(view, whole);
        }

        /// Nothing of a neighbour's private part is ever seen.
        #[test]
        fn a_neighbour_keeps_what_is_private(log in log()) {
            let me = UserId::new(id(1));
            let sight_group = GroupId::new(id(1));
            let sight = Sight::Own { users: [me].into(), groups: [sight_group].into(), watched: [].into() };
            for seen in log.iter().filter_map(|activity| sight.of(activity)) {
                for user in seen.change.user().into_iter().chain(seen.change.deleted_user()) {
                    prop_assert!(user.id == me || (user.email.is_none() && user.group == sight_group));
                }
                if let Some(instance) = seen.change.instance() {
                    prop_assert_eq!(instance.user, me);
                }
            }
        }
    }
}
