//! The table of slugs: every one that was ever given, because none is given twice.

use diesel::prelude::*;
use thon_domain::{slug::Slug, user::User};

use crate::{Connection, StoreError, Writer, convert::stored, schema::slugs};

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

/// Whether a slug was ever given to anybody, even if they are gone.
///
/// # Errors
/// When it cannot be read.
pub fn is_given(c: &mut Connection, slug: &Slug) -> Result<bool, StoreError> {
    let found: i64 = slugs::table.filter(slugs::slug.eq(slug.as_str())).count().get_result(c)?;
    Ok(found > 0)
}
