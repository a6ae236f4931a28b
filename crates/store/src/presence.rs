//! The table of presence: when somebody last used a user's editor.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use thon_domain::id::UserId;

use crate::{Connection, StoreError, Writer, convert::stored, schema::presence};

/// When a user's editor was last used, if it ever was.
///
/// # Errors
/// When it cannot be read.
pub fn last_active(c: &mut Connection, user: UserId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let query = presence::table.find(user.to_string()).select(presence::last_active_at);
    Ok(query.first::<chrono::NaiveDateTime>(c).optional()?.map(|at| at.and_utc()))
}

/// Notes that a user's editor was used.
///
/// # Errors
/// When there is no such user, or it cannot be written.
pub fn set(w: &mut Writer<'_>, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let new = presence::last_active_at.eq(stored(at));
    if diesel::update(presence::table.find(user.to_string())).set(new).execute(&mut **w)? == 0 {
        let row = (presence::user_id.eq(user.to_string()), new);
        diesel::insert_into(presence::table).values(row).execute(&mut **w)?;
    }
    Ok(())
}
