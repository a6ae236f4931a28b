//! The table of volumes that people asked to delete. Nothing else ever deletes one.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{id::UserId, workspace::VolumeRemoval};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::volume_removals,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = volume_removals)]
struct Row {
    volume: String,
    user_id: String,
    asked_at: NaiveDateTime,
    asked_by: String,
}

impl From<&VolumeRemoval> for Row {
    fn from(removal: &VolumeRemoval) -> Self {
        Self {
            volume: removal.volume.clone(),
            user_id: removal.user.to_string(),
            asked_at: stored(removal.asked_at),
            asked_by: removal.asked_by.clone(),
        }
    }
}

impl TryFrom<Row> for VolumeRemoval {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            volume: row.volume,
            user: parsed(&row.user_id, "volume_removals.user_id")?,
            asked_at: row.asked_at.and_utc(),
            asked_by: row.asked_by,
        })
    }
}

/// Notes that a volume shall go.
///
/// # Errors
/// When that is noted already.
pub fn insert(w: &mut Writer<'_>, removal: &VolumeRemoval) -> Result<(), StoreError> {
    diesel::insert_into(volume_removals::table).values(Row::from(removal)).execute(&mut **w)?;
    Ok(())
}

/// Notes that a volume is gone; says whether it was to go.
///
/// # Errors
/// When it cannot be written.
pub fn done(w: &mut Writer<'_>, volume: &str) -> Result<bool, StoreError> {
    Ok(diesel::delete(volume_removals::table.find(volume)).execute(&mut **w)? == 1)
}

/// What is still to go, the oldest wish first.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<VolumeRemoval>, StoreError> {
    let query = volume_removals::table.order((volume_removals::asked_at, volume_removals::volume));
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// What is still to go of one user's.
///
/// # Errors
/// When it cannot be read.
pub fn of_user(c: &mut Connection, user: UserId) -> Result<Vec<VolumeRemoval>, StoreError> {
    let query = volume_removals::table.filter(volume_removals::user_id.eq(user.to_string()));
    convert::all(query.order(volume_removals::volume).select(Row::as_select()).load(c)?)
}
