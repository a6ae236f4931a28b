//! The live stream: what happened after a number, then what happens, as far as somebody may see it.

use std::{sync::Arc, time::Duration};

use futures::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use thon_domain::{
    live::{Activity, Change, LiveMessage, QueuePlaces, Sight},
    role::Role,
};
use thon_store::{Store, activity};
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        watch,
    },
    time::Instant,
};

use crate::{actor::Actor, error::Error, poke::Poke};

mod beside;

pub use self::beside::{Beside, Wish};

/// How far behind a browser may be before a snapshot is cheaper.
const MOST_BEHIND: i64 = 1000;

/// How long a stream is silent at most: a listener that hears nothing for longer knows that it is dead.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// How long after telling of the queue it is told of again at the soonest.
const QUEUE_EVERY: Duration = Duration::from_secs(1);

/// The use case of following the fleet.
#[derive(Clone)]
pub struct Live {
    store: Store,
    poke: Poke,
}

impl Live {
    pub fn new(store: Store, poke: Poke) -> Self {
        Self { store, poke }
    }

    /// Follows the activity after `number`, or from now on, for as long as somebody listens; `beside` is told in between.
    ///
    /// The stream ends with `Reset` when the listener is too far behind or may now see something else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn follow(
        &self,
        actor: Actor,
        number: Option<i64>,
        beside: BoxStream<'static, LiveMessage>,
    ) -> Result<impl Stream<Item = LiveMessage> + Send + use<>, Error> {
        // Subscribed first, so that nothing falls between what is read and what is heard.
        let bus = self.store.activity();
        let past = self
            .store
            .read(move |c| {
                let number = number.map_or_else(|| activity::last_number(c), Ok)?;
                let past = activity::after(c, number, MOST_BEHIND + 1)?;
                Ok::<_, Error>((number, past, activity::last_number(c)?))
            })
            .await?;
        let (number, past, newest) = past;
        // What is told beside may end, the stream goes on.
        let beside = beside.chain(stream::pending()).boxed();
        let heard = Heard { bus, queue: Queue::new(self.poke.watch_queue()), beside };
        Ok(stream::unfold(Follower::new(actor, number, (past, newest), heard), Follower::next))
    }
}

struct Follower {
    actor: Actor,
    /// The last number that was looked at.
    number: i64,
    /// What is still to be sent before the bus is heard, the next one last.
    backlog: Vec<LiveMessage>,
    heard: Heard,
    over: bool,
}

/// What a follower listens to.
struct Heard {
    bus: Receiver<Arc<Activity>>,
    queue: Queue,
    beside: BoxStream<'static, LiveMessage>,
}

/// The places in the queue: the latest counts, and not too often.
struct Queue {
    places: watch::Receiver<Arc<QueuePlaces>>,
    not_before: Instant,
    /// What this listener was told last.
    told: QueuePlaces,
}

impl Queue {
    fn new(mut places: watch::Receiver<Arc<QueuePlaces>>) -> Self {
        places.mark_changed();
        Self { places, not_before: Instant::now(), told: QueuePlaces::new() }
    }

    /// Waits for places that somebody with this sight has not been told. Never ends when nobody reconciles.
    async fn changed(&mut self, sight: &Sight) -> QueuePlaces {
        loop {
            tokio::time::sleep_until(self.not_before).await;
            if self.places.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            let seen = sight.queue(&self.places.borrow_and_update());
            if seen != self.told {
                self.told.clone_from(&seen);
                self.not_before = Instant::now() + QUEUE_EVERY;
                return seen;
            }
        }
    }
}

impl Follower {
    fn new(actor: Actor, after: i64, (past, newest): (Vec<Activity>, i64), heard: Heard) -> Self {
        // A number from the future belongs to another database.
        let lost = i64::try_from(past.len()).unwrap_or(i64::MAX) > MOST_BEHIND
            || after > newest
            || past.iter().any(|one| changes_sight(&actor, one));
        let mut backlog: Vec<LiveMessage> = if lost {
            vec![LiveMessage::Reset]
        } else {
            let sight = actor.sight();
            let seen = past.iter().filter_map(|one| sight.of(one)).map(message);
            seen.chain([LiveMessage::Ready { number: newest }]).collect()
        };
        backlog.reverse();
        Self { actor, number: newest, backlog, heard, over: false }
    }

    async fn next(mut self) -> Option<(LiveMessage, Self)> {
        if self.over {
            return None;
        }
        let message = match self.backlog.pop() {
            Some(message) => message,
            None => self.heard().await?,
        };
        self.over = message == LiveMessage::Reset;
        Some((message, self))
    }

    async fn heard(&mut self) -> Option<LiveMessage> {
        let mut sight = self.actor.sight();
        loop {
            let Heard { bus, queue, beside } = &mut self.heard;
            let heard = tokio::select! {
                heard = tokio::time::timeout(HEARTBEAT, bus.recv()) => heard,
                places = queue.changed(&sight) => return Some(LiveMessage::Queue { places }),
                Some(message) = beside.next() => return Some(message),
            };
            let activity = match heard {
                Ok(Ok(activity)) => activity,
                Ok(Err(RecvError::Lagged(_))) => return Some(LiveMessage::Reset),
                Ok(Err(RecvError::Closed)) => return None,
                Err(_silence) => return Some(LiveMessage::Ready { number: self.number }),
            };
            if activity.number <= self.number {
                continue;
            }
            self.number = activity.number;
            if changes_sight(&self.actor, &activity) {
                return Some(LiveMessage::Reset);
            }
            if !self.actor.rounds.is_empty() {
                self.actor.hear_of(&activity.change);
                sight = self.actor.sight();
            }
            if let Some(seen) = sight.of(&activity) {
                return Some(message(seen));
            }
        }
    }
}

fn message(activity: Activity) -> LiveMessage {
    LiveMessage::Activity { activity: Box::new(activity) }
}

/// Whether an activity changes what its listener may see.
fn changes_sight(actor: &Actor, activity: &Activity) -> bool {
    if matches!(activity.change, Change::EventArchived { .. } | Change::EventUnarchived { .. }) {
        // Its people go or come back, and nobody tells of each of them.
        return true;
    }
    if actor.role == Role::Organizer
        && matches!(activity.change, Change::EventCreated { .. } | Change::EventDeleted { .. })
    {
        // Whether theirs are all that there are.
        return true;
    }
    let Some(account) = actor.account else { return false };
    match &activity.change {
        Change::RoleGranted { account: whose, .. } | Change::RoleRevoked { account: whose, .. } => *whose == account,
        Change::UserCreated { user } | Change::UserChanged { user } => {
            !actor.runs_all() && (user.account == Some(account)) != actor.users.contains(&user.id)
        }
        // Another place or none: other groups are seen, or nobody.
        Change::UserMoved { user, .. } | Change::UserDeleted { user } => {
            !actor.runs_all() && actor.users.contains(&user.id)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
