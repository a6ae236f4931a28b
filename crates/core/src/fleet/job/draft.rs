//! A job that is being put together, in the transaction that also writes what it wants.

use thon_domain::{
    id::{InstanceId, JobId, UserId},
    instance::Instance,
    job::{ItemOutcome, Job, JobItem, JobKind, verdict},
    live::Change,
};
use thon_store::{Connection, Writer, groups, instances, jobs, users};

use super::finish_if_over;
use crate::error::Error;

/// Lets go on what concerns one item alone; what concerns all ends the wish as a whole.
///
/// # Errors
/// When it is nobody's fault among the items: then nothing of the wish happens.
pub(in crate::fleet) fn passing<T>(result: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match result {
        Err(error @ (Error::Internal(_) | Error::Unavailable { .. })) => Err(error),
        other => Ok(other),
    }
}

/// A job, and its items so far.
pub(in crate::fleet) struct Draft {
    job: Job,
    items: Vec<JobItem>,
}

impl Draft {
    pub fn new(id: JobId, kind: JobKind, w: &Writer<'_>) -> Self {
        let (asked_by, created_at) = (w.cause().clone(), w.at());
        Self { job: Job { id, kind, asked_by, created_at, cancelled_at: None, finished_at: None }, items: Vec::new() }
    }

    /// Notes what became of the wish for a user's instance.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn note_user(
        &mut self,
        w: &mut Writer<'_>,
        user: UserId,
        result: &Result<Instance, Error>,
    ) -> Result<(), Error> {
        let label = label(w, user)?.unwrap_or_else(|| user.to_string());
        let instance = result.as_ref().ok().map(|instance| instance.id);
        self.note(w, (Some(user), label, instance), result);
        Ok(())
    }

    /// Notes what became of the wish about an instance.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn note_instance(
        &mut self,
        w: &mut Writer<'_>,
        id: InstanceId,
        result: &Result<Instance, Error>,
    ) -> Result<(), Error> {
        let user = instances::find(w, id)?.map(|instance| instance.user);
        let known = user.map(|user| label(w, user)).transpose()?.flatten();
        self.note(w, (user, known.unwrap_or_else(|| id.to_string()), Some(id)), result);
        Ok(())
    }

    fn note(
        &mut self,
        w: &Writer<'_>,
        (user, label, instance): (Option<UserId>, String, Option<InstanceId>),
        result: &Result<Instance, Error>,
    ) {
        let outcome = match result {
            Ok(now) => verdict(self.job.kind, now.generation, now),
            Err(error) => Some((ItemOutcome::Refused, Some(error.problem().detail))),
        };
        let ended_at = outcome.as_ref().map(|_| w.at());
        let (outcome, reason) = outcome.map_or((None, None), |(outcome, reason)| (Some(outcome), reason));
        self.items.push(JobItem {
            job: self.job.id,
            position: u32::try_from(self.items.len()).unwrap_or(u32::MAX),
            user,
            label,
            instance,
            generation: result.as_ref().map_or(0, |now| now.generation),
            outcome,
            reason,
            ended_at,
        });
    }

    /// Writes the job down, if there is anything in it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(self, w: &mut Writer<'_>) -> Result<Option<JobId>, Error> {
        let Self { job, items } = self;
        if items.is_empty() {
            return Ok(None);
        }
        jobs::insert(w, &job, &items)?;
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        w.record(Change::JobStarted { job: job.id, kind: job.kind, items: count })?;
        finish_if_over(w, job.id)?;
        Ok(Some(job.id))
    }
}

/// A person as people call them: `alpha/alice`.
fn label(c: &mut Connection, user: UserId) -> Result<Option<String>, Error> {
    let Some(user) = users::find(c, user)? else { return Ok(None) };
    let group = groups::find(c, user.group)?;
    Ok(group.map(|group| format!("{}/{}", group.name, user.name)))
}
