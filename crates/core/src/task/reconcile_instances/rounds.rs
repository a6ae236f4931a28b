//! The rounds of the reconciler: who is being looked at, who is next, and who waits for a start.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use thon_domain::{id::InstanceId, live::QueuePlaces};
use tokio::{
    sync::watch,
    task::{self, JoinError, JoinSet},
    time::Instant,
};

use super::{
    RETRY, Reconciler,
    everybody::Everybody,
    start_queue::StartQueue,
    step::{Next, Place, Sight},
};
use crate::{error::Error, task::Report};

/// How far apart questions to starting editors are, all together.
///
/// Being asked costs a machine that starts many at once what they need to start; whoever waits for the last of them waits for the
/// next question as well.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// The shortest and the longest wait until an editor is asked again.
const ASKED_AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// When an editor is asked again while so many others are.
fn until_asked_again(others: usize) -> Duration {
    let (shortest, longest) = ASKED_AGAIN;
    let turn = BETWEEN_QUESTIONS.saturating_mul(u32::try_from(others + 1).unwrap_or(u32::MAX));
    turn.clamp(shortest, longest)
}

/// Who is being looked at, and who is next: one instance takes one step at a time.
pub(super) struct Rounds {
    reconciler: Reconciler,
    pub steps: JoinSet<Next>,
    /// The one listing that is under way, if one is.
    pub lists: JoinSet<Result<Everybody, Error>>,
    list_again: bool,
    /// Whose step each of them is.
    owners: HashMap<task::Id, (InstanceId, Place)>,
    busy: HashSet<InstanceId>,
    /// Those that changed while a step was under way.
    again: HashSet<InstanceId>,
    /// When the others are looked at next. What the last look found stands with those that are only to be asked again.
    due: BTreeMap<InstanceId, (Instant, Option<Box<Sight>>)>,
    queue: StartQueue,
    /// Those of the first round that are not done yet; `None` before it.
    first: Option<HashSet<InstanceId>>,
    /// What is told of each look at everybody.
    report: Report,
}

impl Rounds {
    pub fn new(reconciler: Reconciler, told: watch::Sender<Arc<QueuePlaces>>, report: Report) -> Self {
        let queue = StartQueue::new(reconciler.defaults.parallel_starts, told);
        Self {
            reconciler,
            steps: JoinSet::new(),
            lists: JoinSet::new(),
            list_again: false,
            owners: HashMap::new(),
            busy: HashSet::new(),
            again: HashSet::new(),
            due: BTreeMap::new(),
            queue,
            first: None,
            report,
        }
    }

    pub fn look(&mut self, id: InstanceId) {
        self.due.remove(&id);
        if self.busy.contains(&id) {
            self.again.insert(id);
        } else {
            self.take_step(id, Place::None, None);
        }
    }

    fn take_step(&mut self, id: InstanceId, place: Place, earlier: Option<Box<Sight>>) {
        self.busy.insert(id);
        let reconciler = self.reconciler.clone();
        let step = self.steps.spawn(async move { reconciler.step(id, place, earlier).await });
        self.owners.insert(step.id(), (id, place));
    }

    /// Lets those start whose turn has come. One that is being looked at just now is passed over until that is done.
    fn serve_queue(&mut self) {
        while let Some(id) = self.queue.next(&self.busy) {
            self.due.remove(&id);
            self.take_step(id, Place::Held, None);
        }
        self.queue.tell();
    }

    /// Has everybody listed, and once more when that is under way already: it may have missed what made us look.
    pub fn look_at_all(&mut self) {
        if self.lists.is_empty() {
            self.report.began();
            let reconciler = self.reconciler.clone();
            self.lists.spawn(async move { reconciler.everybody().await });
        } else {
            self.list_again = true;
        }
    }

    /// The same after changes may have been missed: what was seen before is not good enough for anybody any more.
    pub fn look_at_all_anew(&mut self) {
        self.again.extend(&self.busy);
        for (_, earlier) in self.due.values_mut() {
            *earlier = None;
        }
        self.look_at_all();
    }

    pub fn listed(&mut self, all: Result<Result<Everybody, Error>, JoinError>) {
        let outcome = match all {
            Ok(Ok(Everybody { unsettled, listed })) => {
                self.look_at_each(unsettled);
                listed
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "instances cannot be read");
                Err(error)
            }
            Err(error) => {
                tracing::error!(%error, "listing the instances broke");
                Err(Error::internal(error))
            }
        };
        self.report.ended(&outcome);
        if std::mem::take(&mut self.list_again) {
            self.look_at_all();
        }
    }

    fn look_at_each(&mut self, unsettled: HashSet<InstanceId>) {
        // Whoever waits for a moment or a place of their own is left to it.
        let waits = |id: &InstanceId| self.due.contains_key(id) || self.queue.contains(*id);
        let unsettled: HashSet<InstanceId> = unsettled.into_iter().filter(|id| !waits(id)).collect();
        if self.first.is_none() {
            self.first = Some(unsettled.clone());
            self.tell_of_first_round();
        }
        for id in unsettled {
            self.look(id);
        }
    }

    pub fn look_at_due(&mut self) {
        let now = Instant::now();
        // Nobody is due while a step of theirs is under way.
        for (id, (_, earlier)) in self.due.extract_if(.., |_, (at, _)| *at <= now).collect::<Vec<_>>() {
            self.take_step(id, Place::None, earlier);
        }
    }

    pub fn next_due(&self) -> Option<Instant> {
        self.due.values().map(|(at, _)| *at).min()
    }

    fn tell_of_first_round(&self) {
        if self.first.as_ref().is_some_and(HashSet::is_empty) {
            self.reconciler.first_round.cancel();
        }
    }

    pub fn done(&mut self, done: Result<(task::Id, Next), JoinError>) {
        let (step, next) = match done {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "a step of the reconciler broke");
                (error.id(), Next::After(RETRY))
            }
        };
        let Some((id, place)) = self.owners.remove(&step) else { return };
        self.busy.remove(&id);
        if self.first.as_mut().is_some_and(|first| first.remove(&id)) {
            self.tell_of_first_round();
        }
        if place == Place::Held {
            self.queue.release();
        }
        self.queue.leave(id);
        let changed = self.again.remove(&id);
        match next {
            Next::AtOnce => self.look(id),
            _ if changed => self.look(id),
            Next::After(wait) => drop(self.due.insert(id, (Instant::now() + wait, None))),
            Next::Ask(sight) => {
                let others = self.due.values().filter(|(_, sight)| sight.is_some()).count();
                self.due.insert(id, (Instant::now() + until_asked_again(others), Some(sight)));
            }
            Next::Queue(waiting) => self.queue.join(id, waiting),
            Next::Nothing => {}
        }
        self.serve_queue();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_is_asked_less_often_while_many_are() {
        let wait = |others| until_asked_again(others).as_millis();
        assert_eq!([0, 1, 9, 19, 200, usize::MAX - 1].map(wait), [50, 100, 500, 1000, 1000, 1000]);
    }
}
