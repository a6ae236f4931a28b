//! Jobs: a wish about many instances is one thing that people can look at, come back to, and call off.
//!
//! How far an open item is stands in its instance and nowhere else. What is kept is what became of it, written in the
//! transaction in which the instance arrived, so nothing is missed and a restart needs no special case.

mod draft;

use std::collections::HashMap;

use thon_domain::{
    api_token::Scope,
    id::{EventId, InstanceId, JobId},
    instance::{Instance, State},
    job::{ItemOutcome, Job, JobItem, JobKind, JobTally, verdict},
    live::Change,
    page::PageRequest,
};
use thon_store::{
    Connection, Writer, instances,
    jobs::{self, JobFilter},
};

pub(super) use self::draft::{Draft, passing};
use super::{Fleet, Operation, replace};
use crate::{actor::Actor, error::Error};

/// What became of each of many, and the job that goes on; none when there was nobody.
#[derive(Debug, PartialEq, Eq)]
pub struct Many<T> {
    pub job: Option<JobId>,
    pub each: Vec<T>,
}

/// A job as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobView {
    pub job: Job,
    pub items: Vec<ItemView>,
}

/// One person's part of a job as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemView {
    pub item: JobItem,
    /// Of an open item: the instance that says how far it is.
    pub instance: Option<Instance>,
    /// Its place among those who wait for their start, counted from 1.
    pub place: Option<u32>,
}

/// One page of jobs, with how many items of each have which outcome, and the open items of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobPage {
    pub jobs: Vec<(Job, JobTally)>,
    pub open: Vec<JobItem>,
    pub total: u64,
}

/// What calling off a job did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancelled {
    pub view: JobView,
    /// How many left the queue before their turn came.
    pub left_queue: usize,
    /// How many had begun, and go on.
    pub go_on: usize,
}

impl Fleet {
    /// A job as it stands.
    ///
    /// # Errors
    /// `NotFound` when there is none, or it is somebody else's and the actor does not run all events.
    pub async fn job(&self, actor: &Actor, id: JobId) -> Result<JobView, Error> {
        let (actor, queue) = (actor.clone(), self.poke.queue());
        let found = self.store.read(move |c| {
            let job = visible(c, &actor, id)?;
            view(c, job)
        });
        let mut view = found.await?;
        for item in &mut view.items {
            item.place = item.instance.as_ref().and_then(|instance| queue.get(&instance.user).copied());
        }
        Ok(view)
    }

    /// A page of the jobs that the actor may see, of one event where it is named, the newest first: their own, or everybody's for
    /// who runs all events.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn jobs(&self, actor: &Actor, event: Option<EventId>, page: PageRequest) -> Result<JobPage, Error> {
        let own = if actor.runs_all() { None } else { Some(actor.account.ok_or(Error::Unauthenticated)?) };
        self.store
            .read(move |c| {
                let (found, total) = jobs::page(c, JobFilter { account: own, event }, page)?;
                let ids: Vec<JobId> = found.iter().map(|job| job.id).collect();
                let mut tallies: HashMap<JobId, JobTally> = jobs::tallies(c, &ids)?;
                let told = found.into_iter().map(|job| {
                    let tally = tallies.remove(&job.id).unwrap_or_default();
                    (job, tally)
                });
                Ok(JobPage { jobs: told.collect(), open: jobs::open_items(c, &ids)?, total })
            })
            .await
    }

    /// Calls a job off: who waits for their start leaves the queue; what has begun goes on.
    ///
    /// # Errors
    /// As [`Fleet::job`]; `Conflict` when it is over already.
    pub async fn cancel_job(&self, actor: &Actor, id: JobId) -> Result<Cancelled, Error> {
        actor.may_with_token(Scope::Write)?;
        let (who, queue) = (actor.clone(), self.poke.queue());
        let (left, go_on) = self
            .store
            .write(self.stamp(actor), move |w| {
                let job = visible(w, &who, id)?;
                if job.finished_at.is_some() {
                    return Err(Error::conflict("this job is over already", "Look at what became of it."));
                }
                if jobs::cancel(w, id)? {
                    w.record(Change::JobCancelled { job: id, kind: job.kind })?;
                }
                let (mut left, mut go_on) = (Vec::new(), 0);
                for item in view(w, job)?.items.iter().filter(|item| item.item.outcome.is_none()) {
                    match &item.instance {
                        Some(instance) if instance.state == State::Pending && queue.contains_key(&instance.user) => {
                            leave(w, &item.item, instance)?;
                            left.push(instance.id);
                        }
                        _ => go_on += 1,
                    }
                }
                finish_if_over(w, id)?;
                Ok((left, go_on))
            })
            .await?;
        for instance in &left {
            self.poke.poke(*instance);
        }
        Ok(Cancelled { view: self.job(actor, id).await?, left_queue: left.len(), go_on })
    }
}

/// The job, if the actor may see it. Of another's it is not told that it is there.
fn visible(c: &mut Connection, actor: &Actor, id: JobId) -> Result<Job, Error> {
    let found = jobs::find(c, id)?;
    let own = |job: &Job| actor.account.is_some() && job.asked_by.account == actor.account;
    found.filter(|job| actor.runs_all() || own(job)).ok_or_else(|| Error::not_found("such job"))
}

fn view(c: &mut Connection, job: Job) -> Result<JobView, Error> {
    let mut items = Vec::new();
    for item in jobs::items(c, job.id)? {
        let instance = match item.instance {
            Some(id) if item.outcome.is_none() => instances::find(c, id)?,
            _ => None,
        };
        items.push(ItemView { item, instance, place: None });
    }
    Ok(JobView { job, items })
}

/// Takes somebody out of the queue. The outcome comes first: to the instance it is an end like any other.
fn leave(w: &mut Writer<'_>, item: &JobItem, instance: &Instance) -> Result<(), Error> {
    jobs::end_item(w, (item.job, item.position), ItemOutcome::Cancelled, None)?;
    if let Some(change) = Operation::Terminate.on(instance, w.at())? {
        replace(w, instance, change)?;
    }
    Ok(())
}

/// Writes down what became of the open items about an instance that has just changed.
pub(super) fn settle(w: &mut Writer<'_>, now: &Instance) -> Result<(), Error> {
    for (kind, item) in jobs::open_about(w, now.id)? {
        if let Some((outcome, reason)) = verdict(kind, item.generation, now) {
            jobs::end_item(w, (item.job, item.position), outcome, reason.as_deref())?;
            finish_if_over(w, item.job)?;
        }
    }
    Ok(())
}

/// Writes down that an instance has gone, and nothing will become of what was wanted of it.
pub(crate) fn gone(w: &mut Writer<'_>, instance: InstanceId) -> Result<(), Error> {
    for (_, item) in jobs::open_about(w, instance)? {
        let reason = Some("The user was deleted meanwhile.");
        jobs::end_item(w, (item.job, item.position), ItemOutcome::Overtaken, reason)?;
        finish_if_over(w, item.job)?;
    }
    Ok(())
}

fn finish_if_over(w: &mut Writer<'_>, id: JobId) -> Result<(), Error> {
    if jobs::finish_if_over(w, id)? {
        let kind = jobs::find(w, id)?.map(|job| job.kind);
        if let Some(kind) = kind {
            w.record(Change::JobFinished { job: id, kind })?;
        }
    }
    Ok(())
}

impl Operation {
    /// What a job does that asks this of many.
    pub(super) const fn kind(self) -> JobKind {
        match self {
            Self::Pause => JobKind::Pause,
            Self::Resume => JobKind::Resume,
            Self::Terminate => JobKind::Terminate,
            Self::Recreate | Self::Rescue => JobKind::Recreate,
            Self::Renew { .. } => JobKind::Renew,
        }
    }
}
