//! The queue of those that are to start: so many at once, the others wait in an order that people can see.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use thon_domain::{
    id::{InstanceId, UserId},
    live::QueuePlaces,
};
use tokio::sync::watch;

/// When it is somebody's turn. The least one is the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// Somebody asked for it at this time and waits for it.
    Asked(DateTime<Utc>),
    /// Its sandbox was lost, as all are when a machine restarts: whoever was active last comes first.
    Lost(Reverse<Option<DateTime<Utc>>>),
}

/// Somebody in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub user: UserId,
    pub turn: Turn,
}

/// Who starts, and who is next.
pub(super) struct StartQueue {
    /// How many more may start now.
    free: usize,
    order: BTreeSet<(Turn, InstanceId)>,
    waiting: HashMap<InstanceId, Waiting>,
    told: watch::Sender<Arc<QueuePlaces>>,
}

impl StartQueue {
    pub fn new(places: usize, told: watch::Sender<Arc<QueuePlaces>>) -> Self {
        Self { free: places, order: BTreeSet::new(), waiting: HashMap::new(), told }
    }

    /// Puts somebody into the queue, or to another place in it.
    pub fn join(&mut self, id: InstanceId, waiting: Waiting) {
        self.leave(id);
        self.order.insert((waiting.turn, id));
        self.waiting.insert(id, waiting);
    }

    /// Takes somebody out, who may not be in.
    pub fn leave(&mut self, id: InstanceId) {
        if let Some(waiting) = self.waiting.remove(&id) {
            self.order.remove(&(waiting.turn, id));
        }
    }

    pub fn contains(&self, id: InstanceId) -> bool {
        self.waiting.contains_key(&id)
    }

    /// The next one but for those who are busy, if there is a free place, which it then takes.
    pub fn next(&mut self, busy: &HashSet<InstanceId>) -> Option<InstanceId> {
        let left = self.free.checked_sub(1)?;
        let (_, id) = *self.order.iter().find(|(_, id)| !busy.contains(id))?;
        self.leave(id);
        self.free = left;
        Some(id)
    }

    /// Gives a place back.
    pub fn release(&mut self) {
        self.free += 1;
    }

    /// Tells everybody who waits where they are, if that has changed.
    pub fn tell(&self) {
        let users = self.order.iter().filter_map(|(_, id)| self.waiting.get(id)).map(|waiting| waiting.user);
        let places: QueuePlaces = users.zip(1..).collect();
        self.told.send_if_modified(|told| {
            let changed = **told != places;
            if changed {
                *told = Arc::new(places);
            }
            changed
        });
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> InstanceId {
        InstanceId::new(Uuid::from_u128(n))
    }

    fn user(n: u128) -> UserId {
        UserId::new(Uuid::from_u128(n))
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a time")
    }

    fn queue(places: usize) -> (StartQueue, watch::Receiver<Arc<QueuePlaces>>) {
        let (told, places_of) = watch::channel(Arc::default());
        (StartQueue::new(places, told), places_of)
    }

    /// Instance n is of user n.
    fn join(queue: &mut StartQueue, n: u128, turn: Turn) {
        queue.join(id(n), Waiting { user: user(n), turn });
    }

    #[test]
    fn people_come_in_the_order_of_asking_before_what_was_lost() {
        let (mut queue, told) = queue(5);
        join(&mut queue, 1, Turn::Lost(Reverse(None)));
        join(&mut queue, 2, Turn::Lost(Reverse(Some(at(10)))));
        join(&mut queue, 3, Turn::Lost(Reverse(Some(at(20)))));
        join(&mut queue, 4, Turn::Asked(at(40)));
        join(&mut queue, 5, Turn::Asked(at(30)));
        queue.tell();
        let places = told.borrow().clone();
        assert_eq!([5, 4, 3, 2, 1].map(|n| places[&user(n)]), [1, 2, 3, 4, 5]);
        let order: Vec<_> = std::iter::from_fn(|| queue.next(&HashSet::new())).collect();
        assert_eq!(order, [5, 4, 3, 2, 1].map(id));
    }

    #[test]
    fn no_more_start_at_once_than_there_are_places() {
        let (mut queue, _told) = queue(1);
        join(&mut queue, 1, Turn::Asked(at(1)));
        join(&mut queue, 2, Turn::Asked(at(2)));
        assert_eq!(queue.next(&HashSet::new()), Some(id(1)));
        assert_eq!(queue.next(&HashSet::new()), None);
        queue.release();
        assert_eq!(queue.next(&HashSet::new()), Some(id(2)));
    }

    #[test]
    fn whoever_leaves_or_asks_anew_stands_nowhere_twice() {
        let (mut queue, told) = queue(1);
        join(&mut queue, 1, Turn::Asked(at(1)));
        join(&mut queue, 2, Turn::Asked(at(2)));
        join(&mut queue, 1, Turn::Asked(at(3)));
        queue.leave(id(2));
        queue.leave(id(2));
        queue.tell();
        assert_eq!(**told.borrow(), QueuePlaces::from([(user(1), 1)]));
        assert!(queue.contains(id(1)) && !queue.contains(id(2)));
    }
}
