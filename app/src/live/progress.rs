//! How far a job is: what became of its items when the page was made, and what becomes of them since.
//!
//! An outcome follows from the instance by the rule of the server, so a job goes on in the page without a request.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use thon_domain::{
    id::JobId,
    instance::Intent,
    job::{ItemOutcome, Job, JobItem, JobKind, verdict},
    live::{Activity, Change},
};

use super::FleetStore;
use crate::api::jobs::JobCard;

/// An outcome, with the reason where it is not the wished one.
pub type Verdict = (ItemOutcome, Option<String>);

/// How far one job is.
#[derive(Clone, Copy)]
pub struct Progress {
    /// Of each item that is told; nothing while it is open.
    pub verdicts: Memo<Vec<Option<Verdict>>>,
    pub counts: Memo<Counts>,
    pub is_called_off: Memo<bool>,
}

/// How many items have which outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub total: u64,
    pub open: u64,
    pub of: Vec<(ItemOutcome, u64)>,
}

impl Progress {
    /// Follows a job.
    pub fn of(store: FleetStore, card: JobCard) -> Self {
        let JobCard { job, settled, items } = card;
        let (id, cancelled) = (job.id, job.cancelled_at.is_some());
        let is_called_off = Memo::new(move |before: Option<&bool>| {
            before.copied().unwrap_or(cancelled)
                || heard(store, |change| matches!(change, Change::JobCancelled { job, .. } if *job == id)).is_some()
        });
        let verdicts = Memo::new(move |before: Option<&Vec<Option<Verdict>>>| {
            // An outcome stays what it was, whatever becomes of the instance later.
            let known = |nth: usize| before.and_then(|before| before.get(nth).cloned().flatten());
            let off = is_called_off.get();
            items.iter().enumerate().map(|(nth, item)| known(nth).or_else(|| outcome(store, &job, item, off))).collect()
        });
        let counts = Memo::new(move |_| {
            let mut counts = Counts::default();
            for (outcome, count) in &settled {
                counts.add(Some(*outcome), *count);
            }
            verdicts.with(|all| all.iter().for_each(|one| counts.add(one.as_ref().map(|(outcome, _)| *outcome), 1)));
            counts
        });
        Self { verdicts, counts, is_called_off }
    }
}

impl Counts {
    fn add(&mut self, outcome: Option<ItemOutcome>, count: u64) {
        self.total += count;
        let Some(outcome) = outcome else {
            self.open += count;
            return;
        };
        match self.of.iter_mut().find(|(known, _)| *known == outcome) {
            Some((_, known)) => *known += count,
            None => self.of.push((outcome, count)),
        }
    }
}

/// Which activity of this kind the stream has told since the page was made, the newest one.
fn heard(store: FleetStore, is_it: impl Fn(&Change) -> bool) -> Option<Activity> {
    store.heard().with(|heard| heard.iter().find(|one| is_it(&one.change)).cloned())
}

fn outcome(store: FleetStore, job: &Job, item: &JobItem, off: bool) -> Option<Verdict> {
    if let Some(outcome) = item.outcome {
        return Some((outcome, item.reason.clone()));
    }
    let user = item.user?;
    store.row(user).with(|instance| {
        let Some(now) = instance else {
            let gone = store.with_view(|view| !view.users.contains_key(&user));
            return gone.then(|| (ItemOutcome::Overtaken, Some("The user was deleted meanwhile.".to_owned())));
        };
        // What is shown may be from before the wish, which then has not reached it yet.
        let (outcome, reason) =
            verdict(job.kind, item.generation, now).filter(|_| now.state_since >= job.created_at)?;
        let left = off && outcome == ItemOutcome::Overtaken && now.intent == Intent::Terminate;
        Some(if left { (ItemOutcome::Cancelled, None) } else { (outcome, reason) })
    })
}

/// A job that somebody has begun since the page was made; its items are told on its own page.
pub fn begun(activity: &Activity) -> Option<(JobId, JobKind, u32)> {
    match &activity.change {
        Change::JobStarted { job, kind, items } => Some((*job, *kind, *items)),
        _ => None,
    }
}

/// When a job ended, if that was told since the page was made.
pub fn ended_at(store: FleetStore, id: JobId) -> Option<DateTime<Utc>> {
    heard(store, |change| matches!(change, Change::JobFinished { job, .. } if *job == id)).map(|activity| activity.at)
}
