//! The table of idempotency keys: what a program asked for once already, so that asking again changes nothing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use thon_domain::id::UserId;

use crate::{
    Connection, StoreError, Writer,
    convert::{parsed, stored},
    schema::idempotency_keys,
};

/// The user whose instance was asked for under a key.
///
/// # Errors
/// When it cannot be read.
pub fn user_of(c: &mut Connection, key_hash: &str) -> Result<Option<UserId>, StoreError> {
    let query = idempotency_keys::table.find(key_hash).select(idempotency_keys::user_id);
    query.first::<String>(c).optional()?.map(|id| parsed(&id, "idempotency_keys.user_id")).transpose()
}

/// Keeps a key.
///
/// # Errors
/// When it was used before.
pub fn insert(w: &mut Writer<'_>, key_hash: &str, user: UserId) -> Result<(), StoreError> {
    let created_at = idempotency_keys::created_at.eq(stored(w.at()));
    let row = (idempotency_keys::key_hash.eq(key_hash), idempotency_keys::user_id.eq(user.to_string()), created_at);
    diesel::insert_into(idempotency_keys::table).values(row).execute(&mut **w)?;
    Ok(())
}

/// Forgets the keys from before a time.
///
/// # Errors
/// When it cannot be written.
pub fn forget_before(w: &mut Writer<'_>, at: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(stored(at)))).execute(&mut **w)?;
    Ok(())
}
