//! The table of events.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{event::Event, id::EventId};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::events,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = events, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    event_id: String,
    title: Option<String>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl From<&Event> for Row {
    fn from(event: &Event) -> Self {
        Self {
            id: event.id.to_string(),
            event_id: event.event_id.clone(),
            title: event.title.clone(),
            created_at: stored(event.created_at),
            updated_at: stored(event.updated_at),
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
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
        })
    }
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
