//! The live stream: what happened after a number, then what happens, as far as somebody may see it.

use std::{sync::Arc, time::Duration};

use futures::{Stream, stream};
use thon_domain::live::{Activity, Change, LiveMessage};
use thon_store::{Store, activity};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{actor::Actor, error::Error};

/// How far behind a browser may be before a snapshot is cheaper.
const MOST_BEHIND: i64 = 1000;

/// How long a stream is silent at most: a listener that hears nothing for longer knows that it is dead.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// The use case of following the fleet.
#[derive(Clone)]
pub struct Live {
    store: Store,
}

impl Live {
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Follows the activity after `number` for as long as somebody listens.
    ///
    /// The stream ends with `Reset` when the listener is too far behind or may now see something else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn follow(
        &self,
        actor: Actor,
        number: i64,
    ) -> Result<impl Stream<Item = LiveMessage> + Send + use<>, Error> {
        // Subscribed first, so that nothing falls between what is read and what is heard.
        let bus = self.store.activity();
        let past = self
            .store
            .read(move |c| {
                let past = activity::after(c, number, MOST_BEHIND + 1)?;
                Ok::<_, Error>((past, activity::last_number(c)?))
            })
            .await?;
        Ok(stream::unfold(Follower::new(actor, number, past, bus), Follower::next))
    }
}

struct Follower {
    actor: Actor,
    /// The last number that was looked at.
    number: i64,
    /// What is still to be sent before the bus is heard, the next one last.
    backlog: Vec<LiveMessage>,
    bus: Receiver<Arc<Activity>>,
    over: bool,
}

impl Follower {
    fn new(actor: Actor, after: i64, (past, newest): (Vec<Activity>, i64), bus: Receiver<Arc<Activity>>) -> Self {
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
        Self { actor, number: newest, backlog, bus, over: false }
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
        loop {
            let activity = match tokio::time::timeout(HEARTBEAT, self.bus.recv()).await {
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
            if let Some(seen) = self.actor.sight().of(&activity) {
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
    let Some(account) = actor.account else { return false };
    match &activity.change {
        Change::RoleGranted { account: whose, .. } => *whose == account,
        Change::UserCreated { user } | Change::UserChanged { user } => {
            !actor.role.organizes() && (user.account == Some(account)) != actor.users.contains(&user.id)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
