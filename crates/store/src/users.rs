//! The table of users.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    id::{AccountId, EventId, GroupId, UserId},
    name::UserName,
    slug::Slug,
    user::User,
};

use crate::{
    Connection, StoreError, Writer,
    connection::insert_rows,
    convert::{self, parsed, parsed_option, stored},
    events,
    schema::{groups, users},
    slugs,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Row {
    id: String,
    group_id: String,
    account_id: Option<String>,
    name: String,
    name_folded: String,
    email: Option<String>,
    email_folded: Option<String>,
    slug: String,
    sandbox: Option<String>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl From<&User> for Row {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            group_id: user.group.to_string(),
            account_id: user.account.map(|id| id.to_string()),
            name: user.name.to_string(),
            name_folded: user.name.folded(),
            email: user.email.clone(),
            email_folded: user.email.as_deref().map(str::to_lowercase),
            slug: user.slug.to_string(),
            sandbox: convert::overrides_stored(&user.sandbox),
            created_at: stored(user.created_at),
            updated_at: stored(user.updated_at),
        }
    }
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "users.id")?,
            group: parsed(&row.group_id, "users.group_id")?,
            account: parsed_option(row.account_id.as_deref(), "users.account_id")?,
            name: parsed(&row.name, "users.name")?,
            email: row.email,
            slug: parsed(&row.slug, "users.slug")?,
            sandbox: convert::overrides(row.sandbox.as_deref(), "users.sandbox")?,
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
        })
    }
}

/// Adds a user and notes that the slug is given.
///
/// # Errors
/// When the group has a user of this name, compared without case, or the slug was given before.
pub fn insert(w: &mut Writer<'_>, user: &User) -> Result<(), StoreError> {
    slugs::insert(w, user)?;
    diesel::insert_into(users::table).values(Row::from(user)).execute(&mut **w)?;
    Ok(())
}

/// Adds many users with few statements, as [`insert`] adds one.
///
/// # Errors
/// When a group has a user of a name already, compared without case, or a slug was given before.
pub fn insert_all(w: &mut Writer<'_>, users: &[User]) -> Result<(), StoreError> {
    slugs::insert_all(w, users)?;
    let rows: Vec<Row> = users.iter().map(Row::from).collect();
    insert_rows!(&mut **w, users::table, rows)
}

/// Takes a user away, with instance and workspace, and says whether they were there. The slug stays given.
///
/// # Errors
/// When it cannot be written.
pub fn delete(w: &mut Writer<'_>, id: UserId) -> Result<bool, StoreError> {
    Ok(diesel::delete(users::table.find(id.to_string())).execute(&mut **w)? == 1)
}

/// Writes a user as they are now, but for the slug, which is kept for ever; says whether they were there.
///
/// # Errors
/// When the group has another user of the new name.
pub fn update(w: &mut Writer<'_>, user: &User) -> Result<bool, StoreError> {
    let row = users::table.find(user.id.to_string()).filter(users::slug.eq(user.slug.as_str()));
    Ok(diesel::update(row).set(Row::from(user)).execute(&mut **w)? == 1)
}

/// The user of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: UserId) -> Result<Option<User>, StoreError> {
    convert::one(users::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The user of a group with a name, compared without case.
///
/// # Errors
/// When it cannot be read.
pub fn by_name(c: &mut Connection, group: GroupId, name: &UserName) -> Result<Option<User>, StoreError> {
    let query = users::table.filter(users::group_id.eq(group.to_string())).filter(users::name_folded.eq(name.folded()));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// The user of a slug.
///
/// # Errors
/// When it cannot be read.
pub fn by_slug(c: &mut Connection, slug: &Slug) -> Result<Option<User>, StoreError> {
    let query = users::table.filter(users::slug.eq(slug.as_str()));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// The users of a group by name.
///
/// # Errors
/// When one cannot be read.
pub fn of_group(c: &mut Connection, group: GroupId) -> Result<Vec<User>, StoreError> {
    let query = users::table.filter(users::group_id.eq(group.to_string())).order(users::name_folded);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The ids of everybody in an event, in no order.
///
/// # Errors
/// When one cannot be read.
pub fn of_event(c: &mut Connection, event: EventId) -> Result<Vec<UserId>, StoreError> {
    let query = users::table.inner_join(groups::table).filter(groups::event_id.eq(event.to_string()));
    let ids: Vec<String> = query.select(users::id).load(c)?;
    ids.iter().map(|id| parsed(id, "users.id")).collect()
}

/// The users of some groups by name.
///
/// # Errors
/// When one cannot be read.
pub fn of_groups(c: &mut Connection, groups: &[GroupId]) -> Result<Vec<User>, StoreError> {
    let ids = groups.iter().map(GroupId::to_string);
    let query = users::table.filter(users::group_id.eq_any(ids)).order((users::name_folded, users::id));
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The users with these ids, in no order.
///
/// # Errors
/// When one cannot be read.
pub fn with_ids(c: &mut Connection, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    let ids: Vec<_> = ids.iter().map(UserId::to_string).collect();
    convert::all(users::table.filter(users::id.eq_any(ids)).select(Row::as_select()).load(c)?)
}

/// The places with one of these addresses, which are in lower case, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn with_emails(c: &mut Connection, emails: &[String]) -> Result<Vec<User>, StoreError> {
    let query = users::table.filter(users::email_folded.eq_any(emails)).order(users::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The places of this name in whatever group, compared without case, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn named(c: &mut Connection, name: &UserName) -> Result<Vec<User>, StoreError> {
    let query = users::table.filter(users::name_folded.eq(name.folded())).order(users::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The places that an account takes, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn of_account(c: &mut Connection, account: AccountId) -> Result<Vec<User>, StoreError> {
    let query = users::table.filter(users::account_id.eq(account.to_string())).order(users::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// All users by name.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<User>, StoreError> {
    let query = users::table.order((users::name_folded, users::id));
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// All users but those of archived events, by name.
///
/// # Errors
/// When one cannot be read.
pub fn current(c: &mut Connection) -> Result<Vec<User>, StoreError> {
    let query = users::table.inner_join(groups::table).filter(groups::event_id.ne_all(events::archived()));
    convert::all(query.order((users::name_folded, users::id)).select(Row::as_select()).load(c)?)
}
