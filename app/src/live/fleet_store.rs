//! The reactive store: the view as one plain value, folded by the same function as on the server, and a signal per row.

use std::collections::HashMap;

use leptos::prelude::*;
use thon_domain::{
    id::{GroupId, InstanceId, UserId},
    instance::Instance,
    live::{Activity, Change, FleetView, QueuePlaces},
    user::User,
};

use super::{
    Beside, PageClock,
    roster::{self, Tally, Team},
    socket,
};
use crate::api::fleet::{Choice, Snapshot};

/// How many activities a page remembers.
const MOST_HEARD: usize = 50;

/// How the page hangs on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not tried yet: what is shown is from when the page was made.
    Still,
    /// Every change arrives.
    Live,
    /// The stream broke at this time of day, for example `14:02:10`.
    Stale { since: String },
}

/// What a page shows of the fleet. A change of an instance touches the signal of its row and nothing else.
#[derive(Clone, Copy)]
pub struct FleetStore {
    view: StoredValue<FleetView>,
    rows: StoredValue<HashMap<UserId, ArcRwSignal<Option<Instance>>>>,
    teams: RwSignal<Vec<Team>>,
    /// The last activity that is contained; what is counted follows it.
    number: RwSignal<i64>,
    queue: RwSignal<QueuePlaces>,
    choice: RwSignal<Choice>,
    /// What the stream told since the page was made, the newest first.
    heard: RwSignal<Vec<Activity>>,
    link: RwSignal<Link>,
    clock: PageClock,
    beside: StoredValue<Beside>,
}

impl FleetStore {
    /// A store that starts from the snapshot and, in the browser, follows the live stream.
    pub fn following(snapshot: Snapshot) -> Self {
        let Snapshot { now, view, queue, choice } = snapshot;
        let row = |user: &UserId| (*user, ArcRwSignal::new(view.instance_of(*user).cloned()));
        let store = Self {
            rows: StoredValue::new(view.users.keys().map(row).collect()),
            teams: RwSignal::new(roster::teams(&view)),
            number: RwSignal::new(view.number),
            queue: RwSignal::new(queue),
            choice: RwSignal::new(choice),
            heard: RwSignal::new(Vec::new()),
            link: RwSignal::new(Link::Still),
            clock: PageClock::starting(now),
            beside: StoredValue::new(Beside::new()),
            view: StoredValue::new(view),
        };
        socket::follow(store);
        store
    }

    /// What the stream tells beside what happens, for pages that ask for it.
    pub fn beside(self) -> Beside {
        self.beside.get_value()
    }

    /// The instance of a user, as a signal of its own.
    pub fn row(self, user: UserId) -> ArcRwSignal<Option<Instance>> {
        let known = self.rows.with_value(|rows| rows.get(&user).cloned());
        known.unwrap_or_else(|| {
            let row = ArcRwSignal::new(self.view.with_value(|view| view.instance_of(user).cloned()));
            self.rows.update_value(|rows| drop(rows.insert(user, row.clone())));
            row
        })
    }

    /// Which place a user's instance has among those that wait for their start, if it does.
    pub fn queue_place(self, user: UserId) -> Memo<Option<u32>> {
        Memo::new(move |_| self.queue.with(|queue| queue.get(&user).copied()))
    }

    /// Who waits for their start.
    pub fn queue(self) -> RwSignal<QueuePlaces> {
        self.queue
    }

    /// What the stream told since the page was made, the newest first; at most the last [`MOST_HEARD`].
    pub fn heard(self) -> RwSignal<Vec<Activity>> {
        self.heard
    }

    /// Groups and people. Changes only when they do.
    pub fn teams(self) -> RwSignal<Vec<Team>> {
        self.teams
    }

    /// Something of the view that is looked at again after every change.
    pub fn seen<T>(self, look: impl Fn(&FleetView) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| {
            self.number.track();
            self.view.with_value(&look)
        })
    }

    /// The counts of one group, or of everybody in the view.
    pub fn tally(self, group: Option<GroupId>) -> Memo<Tally> {
        self.seen(move |view| roster::tally(view, |user| group.is_none_or(|group| user.group == group)))
    }

    /// Between which events the viewer may choose, and which one they chose.
    pub fn choice(self) -> RwSignal<Choice> {
        self.choice
    }

    /// Whose instance this is.
    pub fn owner_of(self, instance: InstanceId) -> Option<User> {
        self.view.with_value(|view| view.users.get(&view.instances.get(&instance)?.user).cloned())
    }

    pub fn clock(self) -> PageClock {
        self.clock
    }

    pub fn link(self) -> RwSignal<Link> {
        self.link
    }

    /// The view, for what never changes while a page is open.
    pub fn with_view<T>(self, look: impl FnOnce(&FleetView) -> T) -> T {
        self.view.with_value(look)
    }

    pub(super) fn number(self) -> i64 {
        self.number.get_untracked()
    }

    /// Takes in one change.
    pub(super) fn apply(self, activity: &Activity) {
        self.view.update_value(|view| view.apply(activity));
        self.clock.catch_up(activity.at);
        if let Some(instance) = activity.change.instance() {
            self.row(instance.user).set(Some(instance.clone()));
        } else if touches_people(&activity.change) {
            self.teams.set(self.view.with_value(roster::teams));
        }
        if let Some(user) = activity.change.deleted_user() {
            self.row(user.id).set(None);
            self.rows.update_value(|rows| drop(rows.remove(&user.id)));
        }
        self.heard.update(|heard| {
            heard.insert(0, activity.clone());
            heard.truncate(MOST_HEARD);
        });
        self.number.set(activity.number);
    }

    /// Notes who waits for their start.
    pub(super) fn queued(self, places: QueuePlaces) {
        self.queue.set(places);
    }

    /// Notes that nothing up to `number` is missing.
    pub(super) fn stands_at(self, number: i64) {
        self.view.update_value(|view| view.number = view.number.max(number));
        self.number.set(self.view.with_value(|view| view.number));
        self.link.set(Link::Live);
    }

    /// Notes that the stream broke; the first time counts.
    pub(super) fn lost(self, time_of_day: String) {
        if !matches!(*self.link.read_untracked(), Link::Stale { .. }) {
            self.link.set(Link::Stale { since: time_of_day });
        }
        self.beside().lost();
    }

    /// Starts over.
    pub(super) fn replace(self, Snapshot { view, queue, choice, .. }: Snapshot) {
        self.number.set(view.number);
        self.view.set_value(view);
        self.queue.set(queue);
        if *self.choice.read_untracked() != choice {
            self.choice.set(choice);
        }
        self.teams.set(self.view.with_value(roster::teams));
        for (user, row) in self.rows.get_value() {
            let instance = self.view.with_value(|view| view.instance_of(user).cloned());
            if *row.read_untracked() != instance {
                row.set(instance);
            }
        }
    }
}

/// Whether groups or the people in them are others than before.
fn touches_people(change: &Change) -> bool {
    let there = change.user().is_some() || change.group().is_some();
    there || change.deleted_user().is_some() || change.deleted_group().is_some()
}
