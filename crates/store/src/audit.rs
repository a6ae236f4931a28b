//! The table of the audit. What was done is written with it by the [`Writer`]; what was not, by whoever refused it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use thon_domain::{
    audit::{AuditEntry, AuditFilter},
    id::{AccountId, EventId},
    page::PageRequest,
};

use crate::{
    Connection, StoreError, Writer,
    connection::{Dialect, insert_rows},
    convert::{self, ESCAPE, number, pattern, stored},
    schema::audit,
};

mod lines;
mod row;

pub use lines::{Line, unhappened};
pub(crate) use lines::{Names, happened};
use row::{NewRow, Row};

/// How much of the audit somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    All,
    /// What belongs to these events, or to any where none is named, and what they did themselves.
    Of {
        account: Option<AccountId>,
        events: Option<Vec<EventId>>,
    },
}

/// Adds lines, in this order.
pub(crate) fn insert_all(c: &mut Connection, lines: &[Line]) -> Result<(), StoreError> {
    let rows: Vec<NewRow> = lines.iter().map(NewRow::from).collect();
    insert_rows!(c, audit::table, rows)
}

/// Adds lines about what did not happen.
///
/// # Errors
/// When the database does not take them.
pub fn insert(w: &mut Writer<'_>, lines: &[Line]) -> Result<(), StoreError> {
    insert_all(w, lines)
}

fn narrowed(filter: &AuditFilter, seen: &Seen) -> audit::BoxedQuery<'static, Dialect> {
    let mut query = audit::table.into_boxed();
    if let Seen::Of { account, events } = seen {
        let own = audit::account_id.eq(account.map(|account| account.to_string()));
        query = match events {
            None => query.filter(audit::event_id.is_not_null().or(own)),
            Some(events) => {
                let events: Vec<_> = events.iter().map(|event| Some(event.to_string())).collect();
                query.filter(audit::event_id.eq_any(events).or(own))
            }
        };
    }
    if let Some(who) = &filter.who {
        query = query.filter(audit::who_folded.like(pattern(who)).escape(ESCAPE));
    }
    if let Some(object) = &filter.object {
        query = query.filter(audit::object_folded.like(pattern(object)).escape(ESCAPE));
    }
    if let Some(deed) = filter.deed {
        query = query.filter(audit::deed.eq(deed.to_string()));
    }
    if let Some(outcome) = filter.outcome {
        query = query.filter(audit::outcome.eq(outcome.to_string()));
    }
    if let Some(since) = filter.since {
        query = query.filter(audit::at.ge(stored(since)));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit::at.lt(stored(until)));
    }
    query
}

/// One page of the lines that pass the filter, the newest first, and how many pass it in all.
///
/// # Errors
/// When one cannot be read.
pub fn page(
    c: &mut Connection,
    filter: &AuditFilter,
    seen: &Seen,
    page: PageRequest,
) -> Result<(Vec<AuditEntry>, u64), StoreError> {
    let total: i64 = narrowed(filter, seen).count().get_result(c)?;
    let offset = i64::try_from(page.offset()).unwrap_or(i64::MAX);
    let query = narrowed(filter, seen).order(audit::number.desc()).limit(page.page_size.into()).offset(offset);
    Ok((convert::all(query.select(Row::as_select()).load(c)?)?, number(total, "audit")?))
}

/// The lines before a number that pass the filter, the newest first, at most `limit`.
///
/// # Errors
/// When one cannot be read.
pub fn before(
    c: &mut Connection,
    filter: &AuditFilter,
    seen: &Seen,
    (before, limit): (i64, i64),
) -> Result<Vec<AuditEntry>, StoreError> {
    let query = narrowed(filter, seen).filter(audit::number.lt(before)).order(audit::number.desc()).limit(limit);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// Forgets at most `limit` of the lines from before a time, the oldest first; says how many.
///
/// # Errors
/// When it cannot be written.
pub fn forget_before(w: &mut Writer<'_>, at: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    let old: Vec<i64> = audit::table
        .filter(audit::at.lt(stored(at)))
        .order(audit::number)
        .limit(limit)
        .select(audit::number)
        .load(&mut **w)?;
    Ok(diesel::delete(audit::table.filter(audit::number.eq_any(old))).execute(&mut **w)?)
}
