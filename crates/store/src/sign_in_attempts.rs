//! The table of sign-ins that are under way at a provider: each good once, for one browser and a short time.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::{
    StoreError, Writer,
    convert::{self, stored},
    schema::sign_in_attempts,
};

/// A sign-in that is under way, under the hash of its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    pub state_hash: String,
    /// The browser that began it.
    pub browser_hash: String,
    pub provider: String,
    /// The path to go on to.
    pub next: String,
    pub expires_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_in_attempts)]
struct Row {
    state_hash: String,
    browser_hash: String,
    provider: String,
    next: String,
    expires_at: NaiveDateTime,
}

impl From<&AttemptRow> for Row {
    fn from(attempt: &AttemptRow) -> Self {
        Self {
            state_hash: attempt.state_hash.clone(),
            browser_hash: attempt.browser_hash.clone(),
            provider: attempt.provider.clone(),
            next: attempt.next.clone(),
            expires_at: stored(attempt.expires_at),
        }
    }
}

impl TryFrom<Row> for AttemptRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            state_hash: row.state_hash,
            browser_hash: row.browser_hash,
            provider: row.provider,
            next: row.next,
            expires_at: row.expires_at.and_utc(),
        })
    }
}

/// Notes that a sign-in began.
///
/// # Errors
/// When its state was given before.
pub fn insert(w: &mut Writer<'_>, attempt: &AttemptRow) -> Result<(), StoreError> {
    diesel::insert_into(sign_in_attempts::table).values(Row::from(attempt)).execute(&mut **w)?;
    Ok(())
}

/// Uses up the attempt of a state, if this browser began it at this provider: whoever comes second gets nothing, and who came
/// with somebody else's has not used it up.
///
/// It may be too old: the caller compares `expires_at` with its clock.
///
/// # Errors
/// When it cannot be read or deleted.
pub fn take(
    w: &mut Writer<'_>,
    state_hash: &str,
    browser_hash: &str,
    provider: &str,
) -> Result<Option<AttemptRow>, StoreError> {
    let row = sign_in_attempts::table.find(state_hash);
    let found: Option<AttemptRow> = convert::one(row.select(Row::as_select()).first(&mut **w).optional()?)?;
    let found = found.filter(|attempt| attempt.browser_hash == browser_hash && attempt.provider == provider);
    let Some(attempt) = found else { return Ok(None) };
    let taken = diesel::delete(sign_in_attempts::table.find(state_hash)).execute(&mut **w)? == 1;
    Ok(taken.then_some(attempt))
}

/// Deletes the attempts that nobody came back from, and returns how many.
///
/// # Errors
/// When it cannot be written.
pub fn delete_expired(w: &mut Writer<'_>) -> Result<usize, StoreError> {
    let now = stored(w.at());
    Ok(diesel::delete(sign_in_attempts::table.filter(sign_in_attempts::expires_at.le(now))).execute(&mut **w)?)
}
