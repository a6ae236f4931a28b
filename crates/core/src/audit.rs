//! The audit: who did what, on what, from where, and what came of it.
//!
//! What is done stands in it with the transaction that does it. What is refused, or fails, changes nothing that could be lost:
//! it is gathered, the same once more as one more time, and written in batches, so that refusals cost no transaction each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use thon_domain::{
    audit::{About, AuditEntry, AuditFilter, Deed, Outcome},
    live::{Cause, Change},
    page::PageRequest,
    problem::Problem,
    role::Role,
};
use thon_store::{
    Connection, Stamp, Store, Trail,
    audit::{self as lines, Line, Seen},
    grants,
};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
};

/// How many refusals are gathered before somebody who is refused has to wait until they are written.
const MOST_GATHERED: usize = 2000;

/// How many lines are forgotten in one transaction, so that others get their turn.
const FORGOTTEN_AT_ONCE: i64 = 2000;

/// How many lines an export reads at a time.
const EXPORTED_AT_ONCE: i64 = 1000;

/// The longest reason that is kept, in characters.
const MOST_CHARS: usize = 300;

/// The use cases of the audit. Clones share it.
#[derive(Clone)]
pub struct Audit {
    store: Store,
    nature: Nature,
    kept: TimeDelta,
    gathered: Arc<Mutex<Vec<Gathered>>>,
}

type Gathered = (Line, Option<About>);

/// Notes on the trail of the request that is being answered that it was refused, or failed.
pub fn noted(problem: &Problem) {
    if let Some(trail) = Trail::current() {
        let outcome = if problem.status >= 500 { Outcome::Failed } else { Outcome::Refused };
        trail.ended_in(outcome, problem.detail.clone());
    }
}

impl Audit {
    /// Lines are kept for so long.
    pub fn new(store: Store, nature: Nature, kept: TimeDelta) -> Self {
        Self { store, nature, kept, gathered: Arc::default() }
    }

    /// Writes down that somebody is about to do what no transaction does.
    ///
    /// # Errors
    /// When the database does not take it: then it must not be done.
    pub async fn before(&self, actor: &Actor, change: Change) -> Result<(), Error> {
        self.store.write(self.stamp(actor.cause()), move |w| Ok(w.record(change).map(drop)?)).await
    }

    /// Takes in what a request came to that would change something: `otherwise` is what it was where nobody asked the policy.
    ///
    /// What is done with a transaction stands there already.
    ///
    /// # Errors
    /// When the database does not take what was done.
    pub async fn ended(&self, trail: &Trail, otherwise: (Deed, String)) -> Result<(), Error> {
        let course = trail.course();
        let (outcome, reason) = match course.failure {
            Some((outcome, reason)) => (outcome, Some(reason.chars().take(MOST_CHARS).collect())),
            None if course.written > 0 || course.who.is_none() => return Ok(()),
            None => (Outcome::Done, None),
        };
        let (deed, about, detail) = match course.wanted {
            // Refused on the way: whom it is about is known by then.
            Some((Deed::Look, about)) => (otherwise.0, about, otherwise.1),
            Some((deed, about)) => (deed, about, String::new()),
            None => (otherwise.0, None, otherwise.1),
        };
        let unchanged = outcome == Outcome::Done && detail.is_empty();
        let line = Line {
            at: self.nature.clock.now(),
            account: course.who.as_ref().and_then(|who| who.account),
            who: course.who.map(|who| who.name).unwrap_or_default(),
            origin: trail.origin().clone(),
            deed,
            detail: if unchanged { "changed nothing".to_owned() } else { detail },
            object: None,
            event: None,
            outcome,
            reason,
            times: 1,
        };
        let is_full = self.gather((line, about));
        if outcome == Outcome::Done || is_full { self.write_gathered().await } else { Ok(()) }
    }

    /// Adds a line to those that are not written yet; says whether they are many.
    fn gather(&self, one: Gathered) -> bool {
        let mut gathered = self.gathered();
        match gathered.iter_mut().find(|earlier| is_again(earlier, &one)) {
            Some((earlier, _)) => earlier.times = earlier.times.saturating_add(1),
            None => gathered.push(one),
        }
        gathered.len() >= MOST_GATHERED
    }

    /// Writes what is gathered.
    ///
    /// # Errors
    /// When the database does not take it. It stays gathered then.
    pub async fn write_gathered(&self) -> Result<(), Error> {
        let taken = std::mem::take(&mut *self.gathered());
        if taken.is_empty() {
            return Ok(());
        }
        let wanted = taken.clone();
        let written = self.store.write(self.stamp(Cause::thon()), move |w| {
            let named = lines::unhappened(w, wanted)?;
            Ok::<_, Error>(lines::insert(w, &named)?)
        });
        let written = written.await;
        if written.is_err() {
            let mut gathered = self.gathered();
            let room = MOST_GATHERED.saturating_sub(gathered.len());
            gathered.splice(0..0, taken.into_iter().take(room));
        }
        written
    }

    /// One page of what somebody may see, the newest first, and how many lines there are in all.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn page(
        &self,
        actor: &Actor,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<(Vec<AuditEntry>, u64), Error> {
        actor.may(Action::SeeAudit)?;
        self.write_gathered().await?;
        let actor = actor.clone();
        self.store
            .read(move |c| {
                let seen = seen(c, &actor)?;
                Ok(lines::page(c, &filter, &seen, page)?)
            })
            .await
    }

    /// Begins to take out what somebody may see, which is written down before.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn export(&self, actor: &Actor, filter: AuditFilter) -> Result<Export, Error> {
        actor.may(Action::ExportAudit)?;
        self.write_gathered().await?;
        self.before(actor, Change::AuditExported).await?;
        let who = actor.clone();
        let seen = self.store.read(move |c| seen(c, &who)).await?;
        Ok(Export { store: self.store.clone(), filter, seen, before: i64::MAX })
    }

    /// Forgets what is older than it is kept; says how many lines that were.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn forget(&self) -> Result<usize, Error> {
        let old = self.nature.clock.now() - self.kept;
        let mut forgotten = 0;
        loop {
            let stamp = self.stamp(Cause::thon());
            let write = move |w: &mut thon_store::Writer<'_>| lines::forget_before(w, old, FORGOTTEN_AT_ONCE);
            match self.store.write(stamp, write).await? {
                0 => return Ok(forgotten),
                some => forgotten += some,
            }
        }
    }

    fn gathered(&self) -> MutexGuard<'_, Vec<Gathered>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stamp(&self, cause: Cause) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause }
    }
}

/// The lines of the audit that are taken out, the newest first, some at a time.
pub struct Export {
    store: Store,
    filter: AuditFilter,
    seen: Seen,
    before: i64,
}

impl Export {
    /// The next lines; none at the end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Vec<AuditEntry>, Error> {
        let (filter, seen, before) = (self.filter.clone(), self.seen.clone(), self.before);
        let read = move |c: &mut Connection| lines::before(c, &filter, &seen, (before, EXPORTED_AT_ONCE));
        let entries = self.store.read(read).await?;
        self.before = entries.last().map_or(0, |entry| entry.number);
        Ok(entries)
    }
}

/// What an admin sees, and what an organizer does: the events that they organize, and what they did themselves.
fn seen(c: &mut Connection, actor: &Actor) -> Result<Seen, Error> {
    let Some(account) = actor.account.filter(|_| actor.role != Role::Admin) else { return Ok(Seen::All) };
    let own = grants::of_account(c, account)?.into_iter().filter(|grant| grant.role == Role::Organizer);
    Ok(Seen::Of { account: Some(account), events: own.map(|grant| grant.event).collect() })
}

/// Whether something is what was refused before, by the same, from there.
fn is_again((earlier, about): &Gathered, (now, about_now): &Gathered) -> bool {
    let of = |line: &Line| (line.account, line.origin.address, line.origin.via, line.deed, line.outcome);
    earlier.outcome != Outcome::Done
        && of(earlier) == of(now)
        && about == about_now
        && (&earlier.who, &earlier.reason) == (&now.who, &now.reason)
}

#[cfg(test)]
mod tests;
