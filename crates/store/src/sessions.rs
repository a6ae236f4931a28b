//! The table of sessions: browsers that are signed in to the dashboard.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use thon_domain::{device::Device, id::AccountId};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed_option, stored},
    schema::sessions,
};

/// A session under the hash of its id; the id itself is only in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub id_hash: String,
    /// Nobody before sign-in.
    pub account: Option<AccountId>,
    /// What the session layer keeps, in its own form.
    pub data: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Where somebody is signed in.
    pub device: Option<Device>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(crate) struct Row {
    id_hash: String,
    account_id: Option<String>,
    data: String,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    device: Option<String>,
}

impl From<&SessionRow> for Row {
    fn from(session: &SessionRow) -> Self {
        Self {
            id_hash: session.id_hash.clone(),
            account_id: session.account.map(|id| id.to_string()),
            data: session.data.clone(),
            created_at: stored(session.created_at),
            expires_at: stored(session.expires_at),
            device: session.device.as_ref().map(|device| json!(device).to_string()),
        }
    }
}

impl TryFrom<Row> for SessionRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id_hash: row.id_hash,
            account: parsed_option(row.account_id.as_deref(), "sessions.account_id")?,
            data: row.data,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            device: device(row.device.as_deref())?,
        })
    }
}

fn device(text: Option<&str>) -> Result<Option<Device>, StoreError> {
    let read = |text| serde_json::from_str(text).map_err(|error| StoreError::corrupt("sessions.device", &error));
    text.map(read).transpose()
}

/// The session of a hash, even if it is over: the caller compares `expires_at` with its clock.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id_hash: &str) -> Result<Option<SessionRow>, StoreError> {
    convert::one(sessions::table.find(id_hash).select(Row::as_select()).first(c).optional()?)
}

/// Writes a session as it is now, whether it was there before or not. When it began stays as it was.
///
/// # Errors
/// When its account does not exist.
pub fn save(w: &mut Writer<'_>, session: &SessionRow) -> Result<(), StoreError> {
    let row = Row::from(session);
    let changed = (
        sessions::account_id.eq(&row.account_id),
        sessions::data.eq(&row.data),
        sessions::expires_at.eq(row.expires_at),
        sessions::device.eq(&row.device),
    );
    if diesel::update(sessions::table.find(&session.id_hash)).set(changed).execute(&mut **w)? == 0 {
        diesel::insert_into(sessions::table).values(row).execute(&mut **w)?;
    }
    Ok(())
}

/// Ends a session, and with it the editor sessions that came from it; says whether it was there.
///
/// # Errors
/// When it cannot be written.
pub fn delete(w: &mut Writer<'_>, id_hash: &str) -> Result<bool, StoreError> {
    Ok(diesel::delete(sessions::table.find(id_hash)).execute(&mut **w)? == 1)
}

/// Deletes the sessions that are over, and returns how many.
///
/// # Errors
/// When it cannot be written.
pub fn delete_expired(w: &mut Writer<'_>) -> Result<usize, StoreError> {
    let now = stored(w.at());
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(&mut **w)?)
}

/// The sessions of an account, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn of_account(c: &mut Connection, account: AccountId) -> Result<Vec<SessionRow>, StoreError> {
    let query = sessions::table
        .filter(sessions::account_id.eq(account.to_string()))
        .order((sessions::created_at, sessions::id_hash));
    convert::all(query.select(Row::as_select()).load(c)?)
}
