//! The table of events.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use diesel::{dsl::count_star, prelude::*};
use thon_domain::{
    event::{Event, EventSize, Schedule},
    id::EventId,
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, number, parsed, stored},
    schema::{events, groups, users},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = events, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    event_id: String,
    title: Option<String>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    starts_at: Option<String>,
    ends_at: Option<String>,
    time_zone: String,
    join_policy: String,
    archived_at: Option<NaiveDateTime>,
}

impl From<&Event> for Row {
    fn from(event: &Event) -> Self {
        Self {
            id: event.id.to_string(),
            event_id: event.event_id.clone(),
            title: event.title.clone(),
            created_at: stored(event.created_at),
            updated_at: stored(event.updated_at),
            starts_at: event.schedule.starts_at.map(|at| at.to_rfc3339()),
            ends_at: event.schedule.ends_at.map(|at| at.to_rfc3339()),
            time_zone: event.schedule.time_zone.clone(),
            join_policy: event.join_policy.to_string(),
            archived_at: event.archived_at.map(stored),
        }
    }
}

impl TryFrom<Row> for Event {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "events.id")?,
            event_id: row.event_id,
            title: row.title,
            schedule: Schedule {
                starts_at: moment(row.starts_at, "events.starts_at")?,
                ends_at: moment(row.ends_at, "events.ends_at")?,
                time_zone: row.time_zone,
            },
            join_policy: parsed(&row.join_policy, "events.join_policy")?,
            archived_at: row.archived_at.map(|at| at.and_utc()),
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
        })
    }
}

fn moment(text: Option<String>, column: &'static str) -> Result<Option<DateTime<FixedOffset>>, StoreError> {
    let read = |text: String| DateTime::parse_from_rfc3339(&text).map_err(|error| StoreError::corrupt(column, &error));
    text.map(read).transpose()
}

/// Adds an event.
///
/// # Errors
/// When its id is taken.
pub fn insert(w: &mut Writer<'_>, event: &Event) -> Result<(), StoreError> {
    diesel::insert_into(events::table).values(Row::from(event)).execute(&mut **w)?;
    Ok(())
}

/// Takes an event away, with its groups and everybody in them, and says whether it was there.
///
/// # Errors
/// When it cannot be written.
pub fn delete(w: &mut Writer<'_>, id: EventId) -> Result<bool, StoreError> {
    Ok(diesel::delete(events::table.find(id.to_string())).execute(&mut **w)? == 1)
}

/// Writes an event as it is now; says whether it was there.
///
/// # Errors
/// When its new id is taken.
pub fn update(w: &mut Writer<'_>, event: &Event) -> Result<bool, StoreError> {
    let row = events::table.find(event.id.to_string());
    Ok(diesel::update(row).set(Row::from(event)).execute(&mut **w)? == 1)
}

/// The event of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: EventId) -> Result<Option<Event>, StoreError> {
    convert::one(events::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The event of the id that people write in files.
///
/// # Errors
/// When it cannot be read.
pub fn by_event_id(c: &mut Connection, event_id: &str) -> Result<Option<Event>, StoreError> {
    let query = events::table.filter(events::event_id.eq(event_id));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// All events, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<Event>, StoreError> {
    convert::all(events::table.order(events::id).select(Row::as_select()).load(c)?)
}

/// The ids of those that are archived, for the queries that leave out what is in them.
#[diesel::dsl::auto_type]
pub(crate) fn archived() -> _ {
    events::table.filter(events::archived_at.is_not_null()).select(events::id)
}

/// The events that are not archived, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn current(c: &mut Connection) -> Result<Vec<Event>, StoreError> {
    Ok(all(c)?.into_iter().filter(|event| !event.is_archived()).collect())
}

/// How many groups and people are in each event in which there are any.
///
/// # Errors
/// When it cannot be read.
pub fn sizes(c: &mut Connection) -> Result<BTreeMap<EventId, EventSize>, StoreError> {
    let of_groups: Vec<(String, i64)> =
        groups::table.group_by(groups::event_id).select((groups::event_id, count_star())).load(c)?;
    let of_users: Vec<(String, i64)> = users::table
        .inner_join(groups::table)
        .group_by(groups::event_id)
        .select((groups::event_id, count_star()))
        .load(c)?;
    let mut sizes: BTreeMap<EventId, EventSize> = BTreeMap::new();
    for (event, groups) in of_groups {
        sizes.entry(parsed(&event, "groups.event_id")?).or_default().groups = number(groups, "groups")?;
    }
    for (event, people) in of_users {
        sizes.entry(parsed(&event, "groups.event_id")?).or_default().people = number(people, "users")?;
    }
    Ok(sizes)
}
