//! What a page may be told beside what happens: figures of sandboxes, and what one of them writes.

use std::{pin::pin, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use thon_domain::{
    id::{InstanceId, UserId},
    live::{Activity, LiveMessage, Readings as Latest, Sight},
    sandbox::LogLine,
};
use thon_store::Store;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, sleep_until, timeout},
};

use crate::{
    actor::Actor,
    error::Error,
    port::runtime::LogSince,
    readings::{self, Readings},
    sandboxes::Sandboxes,
};

/// How many of the last lines a log begins with.
pub const FIRST_LINES: u32 = 200;

/// How many lines are told in one message.
const MOST_LINES: usize = 500;

/// How long after telling of a log it is told of again at the soonest: what is written in between comes in one message.
const LOG_EVERY: Duration = Duration::from_millis(200);

/// After how long a sandbox that ended or is not there is looked for again, unless something is heard of it.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What somebody wants to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The figures of everybody who may be seen.
    pub readings: bool,
    /// The log and the figures of this instance.
    pub look: Option<InstanceId>,
}

/// Tells it.
#[derive(Clone)]
pub struct Beside {
    store: Store,
    sandboxes: Sandboxes,
    readings: Readings,
}

impl Beside {
    pub fn new(store: Store, sandboxes: Sandboxes, readings: Readings) -> Self {
        Self { store, sandboxes, readings }
    }

    /// What is wished for, for as long as somebody listens.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance, `Forbidden` when it is somebody else's.
    pub async fn told(&self, actor: &Actor, wish: Wish) -> Result<BoxStream<'static, LiveMessage>, Error> {
        let mut told = stream::select_all(Vec::<BoxStream<'static, LiveMessage>>::new());
        let owner = match wish.look {
            Some(instance) => {
                let owner = self.sandboxes.owner(actor, instance).await?;
                told.push(self.log(instance).boxed());
                Some(owner)
            }
            None => None,
        };
        if wish.readings || owner.is_some() {
            told.push(self.figures(actor.clone(), owner.filter(|_| !wish.readings)).boxed());
        }
        Ok(told.boxed())
    }

    /// The figures of everybody who may be seen, or of one user. What was not measured anew in time is taken back.
    fn figures(&self, actor: Actor, one: Option<UserId>) -> impl Stream<Item = LiveMessage> + Send + use<> {
        // What was measured before may be old: the next round is seconds away.
        let (latest, seer) = (self.readings.watch(), Seer::new(actor, &self.store));
        stream::unfold((latest, seer, false), move |(mut latest, mut seer, mut holds)| async move {
            loop {
                let readings = match timeout(readings::HOLDS, latest.changed()).await {
                    Ok(Ok(())) => seer.sight().readings(&latest.borrow_and_update()),
                    Ok(Err(_)) => return None,
                    Err(_) if !holds => continue,
                    Err(_) => Latest::new(),
                };
                holds = !readings.is_empty();
                let readings = match one {
                    Some(user) => readings.into_iter().filter(|(whose, _)| *whose == user).collect(),
                    None => readings,
                };
                return Some((LiveMessage::Readings { readings }, (latest, seer, holds)));
            }
        })
    }

    /// What an instance's sandbox writes, and after it the next one's.
    fn log(&self, instance: InstanceId) -> impl Stream<Item = LiveMessage> + Send + use<> {
        let follower = Follower {
            sandboxes: self.sandboxes.clone(),
            bus: self.store.activity(),
            instance,
            lines: None,
            told: None,
            anew: true,
            not_before: Instant::now(),
        };
        stream::unfold(follower, |mut follower| async {
            let message = follower.next().await;
            Some((message, follower))
        })
    }
}

/// Somebody whose sight grows with the events in which they have a role.
struct Seer {
    actor: Actor,
    sight: Sight,
    /// Nothing where their sight stays as it is.
    bus: Option<Receiver<Arc<Activity>>>,
}

impl Seer {
    fn new(actor: Actor, store: &Store) -> Self {
        let bus = (!actor.rounds.is_empty()).then(|| store.activity());
        Self { sight: actor.sight(), actor, bus }
    }

    /// What they see by now. Who missed something has the figures of new people when they connect anew.
    fn sight(&mut self) -> &Sight {
        let Some(bus) = &mut self.bus else { return &self.sight };
        let mut news = false;
        while let Ok(activity) = bus.try_recv() {
            self.actor.hear_of(&activity.change);
            news = true;
        }
        if news {
            self.sight = self.actor.sight();
        }
        &self.sight
    }
}

/// Follows the log of one instance through all its sandboxes.
struct Follower {
    sandboxes: Sandboxes,
    bus: Receiver<Arc<Activity>>,
    instance: InstanceId,
    /// What the present sandbox writes.
    lines: Option<BoxStream<'static, Vec<LogLine>>>,
    /// When the last line that was told was written.
    told: Option<DateTime<Utc>>,
    /// Whether nothing was told yet.
    anew: bool,
    not_before: Instant,
}

impl Follower {
    async fn next(&mut self) -> LiveMessage {
        loop {
            sleep_until(self.not_before).await;
            let lines = match &mut self.lines {
                Some(lines) => lines.next().await,
                None => self.look().await,
            };
            let Some(lines) = lines else {
                self.lines = None;
                if self.anew {
                    return self.tell(Vec::new());
                }
                self.until_something_happens().await;
                continue;
            };
            return self.tell(lines);
        }
    }

    /// Goes to the sandbox that is there now.
    async fn look(&mut self) -> Option<Vec<LogLine>> {
        let since = self.told.map_or(LogSince::Last(FIRST_LINES), LogSince::After);
        let lines = self.sandboxes.follow_log(self.instance, since).await.ok()?;
        let mut lines = lines.ready_chunks(MOST_LINES).boxed();
        let first = lines.next().await;
        self.lines = Some(lines);
        first
    }

    fn tell(&mut self, lines: Vec<LogLine>) -> LiveMessage {
        self.told = lines.last().map(|line| line.at).or(self.told);
        self.not_before = Instant::now() + LOG_EVERY;
        LiveMessage::Log { anew: std::mem::take(&mut self.anew), lines }
    }

    /// Waits until something is heard of this instance, or so long that nothing may have been heard.
    async fn until_something_happens(&mut self) {
        let (bus, instance) = (&mut self.bus, self.instance);
        let heard = async {
            loop {
                match bus.recv().await {
                    Ok(activity) if activity.change.instance().is_none_or(|one| one.id != instance) => {}
                    Err(RecvError::Closed) => std::future::pending().await,
                    _ => return,
                }
            }
        };
        let _ = timeout(LOOK_AGAIN, pin!(heard)).await;
    }
}
