//! The table of join codes.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    id::JoinCodeId,
    join_code::{JoinCode, JoinText},
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, number, parsed, parsed_option, stored},
    schema::join_codes,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = join_codes, treat_none_as_default_value = false)]
struct Row {
    id: String,
    event_id: String,
    group_id: Option<String>,
    code: String,
    seats: i64,
    places: i64,
    approval: bool,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    revoked_at: Option<NaiveDateTime>,
}

impl From<&JoinCode> for Row {
    fn from(code: &JoinCode) -> Self {
        Self {
            id: code.id.to_string(),
            event_id: code.event.to_string(),
            group_id: code.group.map(|id| id.to_string()),
            code: code.code.as_str().to_owned(),
            seats: code.seats.into(),
            places: code.places.into(),
            approval: code.approval,
            created_at: stored(code.created_at),
            expires_at: stored(code.expires_at),
            revoked_at: code.revoked_at.map(stored),
        }
    }
}

impl TryFrom<Row> for JoinCode {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "join_codes.id")?,
            event: parsed(&row.event_id, "join_codes.event_id")?,
            group: parsed_option(row.group_id.as_deref(), "join_codes.group_id")?,
            code: parsed(&row.code, "join_codes.code")?,
            seats: number(row.seats, "join_codes.seats")?,
            places: number(row.places, "join_codes.places")?,
            approval: row.approval,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            revoked_at: row.revoked_at.map(|time| time.and_utc()),
        })
    }
}

/// Adds a code.
///
/// # Errors
/// When it was given before, or its event or group does not exist.
pub fn insert(w: &mut Writer<'_>, code: &JoinCode) -> Result<(), StoreError> {
    diesel::insert_into(join_codes::table).values(Row::from(code)).execute(&mut **w)?;
    Ok(())
}

/// The code of an id, good or not.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: JoinCodeId) -> Result<Option<JoinCode>, StoreError> {
    convert::one(join_codes::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The code that somebody typed, good or not.
///
/// # Errors
/// When it cannot be read.
pub fn by_text(c: &mut Connection, text: &JoinText) -> Result<Option<JoinCode>, StoreError> {
    let query = join_codes::table.filter(join_codes::code.eq(text.as_str()));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// The codes that are not revoked, the newest first.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<JoinCode>, StoreError> {
    let query = join_codes::table.filter(join_codes::revoked_at.is_null()).order(join_codes::id.desc());
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// Revokes a code; says whether it was good so far.
///
/// # Errors
/// When it cannot be written.
pub fn revoke(w: &mut Writer<'_>, id: JoinCodeId) -> Result<bool, StoreError> {
    let revoked_at = join_codes::revoked_at.eq(stored(w.at()));
    let row = join_codes::table.find(id.to_string()).filter(join_codes::revoked_at.is_null());
    Ok(diesel::update(row).set(revoked_at).execute(&mut **w)? == 1)
}
