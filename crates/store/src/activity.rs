//! The table of activity: the numbered log of what happened, which is also the audit trail.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use thon_domain::{
    group::Group,
    id::{EventId, GroupId, UserId},
    live::{Activity, Cause, Change},
    user::User,
};

use crate::{
    Connection, StoreError,
    connection::insert_rows,
    convert::{self, parsed_option, stored},
    schema::{activity, activity_sequence},
};

/// `kind` and the ids repeat what is in `change`, so that the log can be searched.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = activity, treat_none_as_default_value = false)]
struct Row {
    number: i64,
    at: NaiveDateTime,
    account_id: Option<String>,
    cause: String,
    kind: String,
    event_id: Option<String>,
    group_id: Option<String>,
    user_id: Option<String>,
    change: String,
}

impl TryFrom<&Activity> for Row {
    type Error = StoreError;

    fn try_from(activity: &Activity) -> Result<Self, StoreError> {
        let change = &activity.change;
        Ok(Self {
            number: activity.number,
            at: stored(activity.at),
            account_id: activity.cause.account.map(|id| id.to_string()),
            cause: activity.cause.name.clone(),
            kind: <&str>::from(change).to_owned(),
            event_id: event_of(change).map(|id| id.to_string()),
            group_id: group_of(change).map(|id| id.to_string()),
            user_id: user_of(change).map(|id| id.to_string()),
            change: serde_json::to_string(change).map_err(|error| StoreError::corrupt("activity.change", &error))?,
        })
    }
}

impl TryFrom<Row> for Activity {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            number: row.number,
            at: row.at.and_utc(),
            cause: Cause { account: parsed_option(row.account_id.as_deref(), "activity.account_id")?, name: row.cause },
            change: serde_json::from_str(&row.change)
                .map_err(|error| StoreError::corrupt("activity.change", &error))?,
        })
    }
}

fn event_of(change: &Change) -> Option<EventId> {
    if let Change::RoleGranted { event, .. } | Change::RoleRevoked { event, .. } = change {
        return *event;
    }
    let event = change.event().or_else(|| change.deleted_event()).map(|event| event.id);
    event.or_else(|| group_in(change).map(|group| group.event))
}

fn group_of(change: &Change) -> Option<GroupId> {
    group_in(change).map(|group| group.id).or_else(|| user_in(change).map(|user| user.group))
}

fn group_in(change: &Change) -> Option<&Group> {
    change.group().or_else(|| change.deleted_group())
}

fn user_in(change: &Change) -> Option<&User> {
    change.user().or_else(|| change.deleted_user())
}

fn user_of(change: &Change) -> Option<UserId> {
    user_in(change).map(|user| user.id).or_else(|| change.instance().map(|instance| instance.user))
}

/// Adds an entry. Only a `Writer` gives numbers, so only it calls this.
pub(crate) fn insert(c: &mut Connection, entry: &Activity) -> Result<(), StoreError> {
    diesel::insert_into(activity::table).values(Row::try_from(entry)?).execute(c)?;
    Ok(())
}

/// Adds many entries with few statements.
pub(crate) fn insert_all(c: &mut Connection, entries: &[Arc<Activity>]) -> Result<(), StoreError> {
    let rows = entries.iter().map(|entry| Row::try_from(&**entry)).collect::<Result<Vec<_>, _>>()?;
    insert_rows!(c, activity::table, rows)
}

/// The entries after a number, at most `limit`, in order.
///
/// # Errors
/// When one cannot be read.
pub fn after(c: &mut Connection, number: i64, limit: i64) -> Result<Vec<Activity>, StoreError> {
    let query = activity::table.filter(activity::number.gt(number)).order(activity::number).limit(limit);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The last entries before a number, the newest first, at most `limit`.
///
/// # Errors
/// When one cannot be read.
pub fn before(c: &mut Connection, number: i64, limit: i64) -> Result<Vec<Activity>, StoreError> {
    let query = activity::table.filter(activity::number.lt(number)).order(activity::number.desc()).limit(limit);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// What happened to a user's instance before an entry, the newest first, at most `limit`.
///
/// # Errors
/// When one cannot be read.
pub fn of_instance(
    c: &mut Connection,
    user: UserId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Activity>, StoreError> {
    let query = activity::table
        .filter(activity::user_id.eq(user.to_string()))
        .filter(activity::kind.like("instance%"))
        .filter(activity::number.lt(before.unwrap_or(i64::MAX)));
    let query = query.order(activity::number.desc()).limit(limit);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// When each of these kinds of change happened, from a moment on, in order; to these users, or to anybody where none are named.
///
/// # Errors
/// When the database does not answer.
pub fn moments(
    c: &mut Connection,
    kinds: &[&str],
    since: DateTime<Utc>,
    users: Option<&BTreeSet<UserId>>,
) -> Result<Vec<(DateTime<Utc>, String)>, StoreError> {
    let query = activity::table.filter(activity::kind.eq_any(kinds)).filter(activity::at.ge(stored(since)));
    let rows: Vec<(NaiveDateTime, String, Option<String>)> =
        query.order(activity::number).select((activity::at, activity::kind, activity::user_id)).load(c)?;
    let users = users.map(|users| users.iter().map(UserId::to_string).collect::<BTreeSet<_>>());
    let counts = |whose: Option<&String>| users.as_ref().is_none_or(|users| whose.is_some_and(|id| users.contains(id)));
    let rows = rows.into_iter().filter(|(.., whose)| counts(whose.as_ref()));
    Ok(rows.map(|(at, kind, _)| (at.and_utc(), kind)).collect())
}

/// The number of the last entry, 0 before the first.
///
/// It is that of the sequence, which also knows entries that are not kept any more. To be asked in [`crate::Store::read`]:
/// within a writing transaction it counts one that may never come.
///
/// # Errors
/// When it cannot be read.
pub fn last_number(c: &mut Connection) -> Result<i64, StoreError> {
    Ok(activity_sequence::table.select(activity_sequence::last).first(c)?)
}
