//! The table of settings: texts by key.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::{Connection, StoreError, Writer, convert::stored, schema::settings};

/// The value of a key, if it was ever set.
///
/// # Errors
/// When it cannot be read.
pub fn value(c: &mut Connection, key: &str) -> Result<Option<String>, StoreError> {
    Ok(settings::table.find(key).select(settings::value).first(c).optional()?)
}

/// All that were ever set, by key.
///
/// # Errors
/// When they cannot be read.
pub fn all(c: &mut Connection) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = settings::table.select((settings::key, settings::value)).load(c)?;
    Ok(rows.into_iter().collect())
}

/// Sets a key, whether it was set before or not.
///
/// # Errors
/// When it cannot be written.
pub fn set(w: &mut Writer<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    let now = stored(w.at());
    let new = (settings::value.eq(value), settings::updated_at.eq(now));
    if diesel::update(settings::table.find(key)).set(new).execute(&mut **w)? == 0 {
        diesel::insert_into(settings::table).values((settings::key.eq(key), new)).execute(&mut **w)?;
    }
    Ok(())
}
