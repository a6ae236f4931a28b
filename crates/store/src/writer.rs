//! The writer: one transaction that changes things, the activity that tells of it, and the audit of who did it.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use thon_domain::live::{Activity, Cause, Change};

use crate::{
    Connection, StoreError, Trail, activity,
    audit::{self, Line, Names},
    convert,
    schema::activity_sequence,
};

/// When and by whom something is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub at: DateTime<Utc>,
    pub cause: Cause,
}

/// A writing transaction. Reading functions take it too, and then see what it has written.
pub struct Writer<'a> {
    connection: &'a mut Connection,
    stamp: Stamp,
    /// The number of the last activity before this transaction.
    before: i64,
    recorded: Vec<Arc<Activity>>,
    /// The lines of the audit, named at once: what they are about may be gone at the end.
    lines: Vec<Line>,
    names: Names,
    trail: Option<Trail>,
}

/// What a transaction leaves for after its commit.
pub(crate) struct Finished {
    pub recorded: Vec<Arc<Activity>>,
    /// How many lines of the audit were written.
    pub lines: usize,
}

impl<'a> Writer<'a> {
    /// Begins by raising the sequence.
    ///
    /// It is the transaction's first statement for a reason: SQLite takes its write lock at once, where a read before it
    /// could only end in "database is locked"; PostgreSQL holds back other writers, so numbers rise in the order of commits.
    pub(crate) fn begin(connection: &'a mut Connection, stamp: Stamp) -> Result<Self, StoreError> {
        diesel::update(activity_sequence::table)
            .set(activity_sequence::last.eq(activity_sequence::last + 1))
            .execute(connection)?;
        let raised = activity::last_number(connection)?;
        let stamp = Stamp { at: convert::cut(stamp.at), ..stamp };
        Ok(Self {
            connection,
            stamp,
            before: raised - 1,
            recorded: Vec::new(),
            lines: Vec::new(),
            names: Names::default(),
            trail: Trail::current(),
        })
    }

    /// Adds an entry to the log and returns its number. Subscribers learn of it after the commit.
    ///
    /// # Errors
    /// When the database does not take it.
    pub fn record(&mut self, change: Change) -> Result<i64, StoreError> {
        let number = self.last() + 1;
        let entry = Activity { number, at: self.stamp.at, cause: self.stamp.cause.clone(), change };
        activity::insert(self.connection, &entry)?;
        self.note(&entry.change)?;
        self.recorded.push(Arc::new(entry));
        Ok(number)
    }

    /// Adds many entries to the log, in this order, as [`Writer::record`] adds one.
    ///
    /// # Errors
    /// When the database does not take them.
    pub fn record_all(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<(), StoreError> {
        let (at, cause) = (self.stamp.at, self.stamp.cause.clone());
        let entry = |(number, change)| Arc::new(Activity { number, at, cause: cause.clone(), change });
        let entries: Vec<_> = (self.last() + 1..).zip(changes).map(entry).collect();
        activity::insert_all(self.connection, &entries)?;
        entries.iter().try_for_each(|entry| self.note(&entry.change))?;
        self.recorded.extend(entries);
        Ok(())
    }

    /// Has the audit tell of a change.
    fn note(&mut self, change: &Change) -> Result<(), StoreError> {
        let origin = self.trail.as_ref().map(Trail::origin);
        self.lines.extend(audit::happened(self.connection, &mut self.names, &self.stamp, change, origin)?);
        Ok(())
    }

    /// When this transaction happens, in whole microseconds.
    pub const fn at(&self) -> DateTime<Utc> {
        self.stamp.at
    }

    /// By whom.
    pub const fn cause(&self) -> &Cause {
        &self.stamp.cause
    }

    /// Sets the sequence to the last number that was really used, writes the audit, and hands out what was recorded.
    pub(crate) fn finish(self) -> Result<Finished, StoreError> {
        let last = self.last();
        if last != self.before + 1 {
            diesel::update(activity_sequence::table).set(activity_sequence::last.eq(last)).execute(self.connection)?;
        }
        audit::insert_all(self.connection, &self.lines)?;
        Ok(Finished { recorded: self.recorded, lines: self.lines.len() })
    }

    fn last(&self) -> i64 {
        self.recorded.last().map_or(self.before, |entry| entry.number)
    }
}

impl Deref for Writer<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl DerefMut for Writer<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection
    }
}
