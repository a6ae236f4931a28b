//! The table of groups.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    group::Group,
    id::{EventId, GroupId},
    name::GroupName,
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::groups,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = groups, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    event_id: String,
    name: String,
    name_folded: String,
    title: Option<String>,
    sandbox: Option<String>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl From<&Group> for Row {
    fn from(group: &Group) -> Self {
        Self {
            id: group.id.to_string(),
            event_id: group.event.to_string(),
            name: group.name.to_string(),
            name_folded: group.name.folded(),
            title: group.title.clone(),
            sandbox: convert::overrides_stored(&group.sandbox),
            created_at: stored(group.created_at),
            updated_at: stored(group.updated_at),
        }
    }
}

impl TryFrom<Row> for Group {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "groups.id")?,
            event: parsed(&row.event_id, "groups.event_id")?,
            name: parsed(&row.name, "groups.name")?,
            title: row.title,
            sandbox: convert::overrides(row.sandbox.as_deref(), "groups.sandbox")?,
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
        })
    }
}

/// Adds a group.
///
/// # Errors
/// When the event has a group of this name, compared without case, or does not exist.
pub fn insert(w: &mut Writer<'_>, group: &Group) -> Result<(), StoreError> {
    diesel::insert_into(groups::table).values(Row::from(group)).execute(&mut **w)?;
    Ok(())
}

/// Takes a group away, with everybody in it, and says whether it was there.
///
/// # Errors
/// When it cannot be written.
pub fn delete(w: &mut Writer<'_>, id: GroupId) -> Result<bool, StoreError> {
    Ok(diesel::delete(groups::table.find(id.to_string())).execute(&mut **w)? == 1)
}

/// Writes a group as it is now; says whether it was there.
///
/// # Errors
/// When the event has another group of its new name.
pub fn update(w: &mut Writer<'_>, group: &Group) -> Result<bool, StoreError> {
    let row = groups::table.find(group.id.to_string());
    Ok(diesel::update(row).set(Row::from(group)).execute(&mut **w)? == 1)
}

/// The group of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: GroupId) -> Result<Option<Group>, StoreError> {
    convert::one(groups::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The group of an event with a name, compared without case.
///
/// # Errors
/// When it cannot be read.
pub fn by_name(c: &mut Connection, event: EventId, name: &GroupName) -> Result<Option<Group>, StoreError> {
    let query =
        groups::table.filter(groups::event_id.eq(event.to_string())).filter(groups::name_folded.eq(name.folded()));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// All groups by name.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<Group>, StoreError> {
    let query = groups::table.order((groups::name_folded, groups::id));
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The groups of an event by name.
///
/// # Errors
/// When one cannot be read.
pub fn of_event(c: &mut Connection, event: EventId) -> Result<Vec<Group>, StoreError> {
    let query = groups::table.filter(groups::event_id.eq(event.to_string())).order(groups::name_folded);
    convert::all(query.select(Row::as_select()).load(c)?)
}
