//! The writer: one transaction that changes things, and the activity that tells of it.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use thon_domain::live::{Activity, Cause, Change};

use crate::{Connection, StoreError, activity, convert, schema::activity_sequence};

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
        Ok(Self { connection, stamp, before: raised - 1, recorded: Vec::new() })
    }

    /// Adds an entry to the log and returns its number. Subscribers learn of it after the commit.
    ///
    /// # Errors
    /// When the database does not take it.
    pub fn record(&mut self, change: Change) -> Result<i64, StoreError> {
        let number = self.last() + 1;
        let entry = Activity { number, at: self.stamp.at, cause: self.stamp.cause.clone(), change };
        activity::insert(self.connection, &entry)?;
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
        self.recorded.extend(entries);
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

    /// Sets the sequence to the last number that was really used, and hands out what was recorded.
    pub(crate) fn finish(self) -> Result<Vec<Arc<Activity>>, StoreError> {
        let last = self.last();
        if last != self.before + 1 {
            diesel::update(activity_sequence::table).set(activity_sequence::last.eq(last)).execute(self.connection)?;
        }
        Ok(self.recorded)
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
