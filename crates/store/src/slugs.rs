//! The table of slugs: every one that was ever given, because none is given twice.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use thon_domain::{id::UserId, slug::Slug, user::User};

use crate::{
    Connection, StoreError, Writer,
    connection::insert_rows,
    convert::{parsed, stored},
    schema::slugs,
};

/// Notes that the slug of a new user is given.
///
/// # Errors
/// When it was given before.
pub(crate) fn insert(w: &mut Writer<'_>, user: &User) -> Result<(), StoreError> {
    let given_at = stored(w.at());
    diesel::insert_into(slugs::table)
        .values((
            slugs::slug.eq(user.slug.as_str()),
            slugs::user_id.eq(user.id.to_string()),
            slugs::given_at.eq(given_at),
        ))
        .execute(&mut **w)?;
    Ok(())
}

/// Notes that the slugs of many new users are given.
///
/// # Errors
/// When one was given before.
pub(crate) fn insert_all(w: &mut Writer<'_>, users: &[User]) -> Result<(), StoreError> {
    let given_at = stored(w.at());
    let row = |user: &User| {
        (slugs::slug.eq(user.slug.to_string()), slugs::user_id.eq(user.id.to_string()), slugs::given_at.eq(given_at))
    };
    let rows: Vec<_> = users.iter().map(row).collect();
    insert_rows!(&mut **w, slugs::table, rows)
}

/// Every slug that was ever given.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<HashSet<Slug>, StoreError> {
    let slugs: Vec<String> = slugs::table.select(slugs::slug).load(c)?;
    slugs.iter().map(|slug| parsed(slug, "slugs.slug")).collect()
}

/// The last slug that each user was given, those who are gone included.
///
/// # Errors
/// When one cannot be read.
pub fn by_user(c: &mut Connection) -> Result<HashMap<UserId, Slug>, StoreError> {
    let query = slugs::table.order((slugs::given_at, slugs::slug)).select((slugs::user_id, slugs::slug));
    let rows: Vec<(String, String)> = query.load(c)?;
    rows.iter().map(|(user, slug)| Ok((parsed(user, "slugs.user_id")?, parsed(slug, "slugs.slug")?))).collect()
}

/// Whether a slug was ever given to anybody, even if they are gone.
///
/// # Errors
/// When it cannot be read.
pub fn is_given(c: &mut Connection, slug: &Slug) -> Result<bool, StoreError> {
    let found: i64 = slugs::table.filter(slugs::slug.eq(slug.as_str())).count().get_result(c)?;
    Ok(found > 0)
}
