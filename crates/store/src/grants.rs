//! The table of grants.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    account::Grant,
    id::{AccountId, GrantId},
    role::Role,
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, parsed_option, stored},
    schema::grants,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
struct Row {
    id: String,
    account_id: String,
    event_id: Option<String>,
    role: String,
    created_at: NaiveDateTime,
}

impl From<&Grant> for Row {
    fn from(grant: &Grant) -> Self {
        Self {
            id: grant.id.to_string(),
            account_id: grant.account.to_string(),
            event_id: grant.event.map(|id| id.to_string()),
            role: grant.role.to_string(),
            created_at: stored(grant.created_at),
        }
    }
}

impl TryFrom<Row> for Grant {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "grants.id")?,
            account: parsed(&row.account_id, "grants.account_id")?,
            event: parsed_option(row.event_id.as_deref(), "grants.event_id")?,
            role: parsed(&row.role, "grants.role")?,
            created_at: row.created_at.and_utc(),
        })
    }
}

/// Adds a grant.
///
/// # Errors
/// When its account or its event does not exist.
pub fn insert(w: &mut Writer<'_>, grant: &Grant) -> Result<(), StoreError> {
    diesel::insert_into(grants::table).values(Row::from(grant)).execute(&mut **w)?;
    Ok(())
}

/// The grants of an account, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn of_account(c: &mut Connection, account: AccountId) -> Result<Vec<Grant>, StoreError> {
    let query = grants::table.filter(grants::account_id.eq(account.to_string())).order(grants::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The grant of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: GrantId) -> Result<Option<Grant>, StoreError> {
    convert::one(grants::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The grants of everybody in these roles, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn in_roles(c: &mut Connection, roles: &[Role]) -> Result<Vec<Grant>, StoreError> {
    let roles: Vec<String> = roles.iter().map(Role::to_string).collect();
    let query = grants::table.filter(grants::role.eq_any(roles)).order(grants::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// Takes a grant away; says whether it was there.
///
/// # Errors
/// When it cannot be written.
pub fn delete(w: &mut Writer<'_>, id: GrantId) -> Result<bool, StoreError> {
    Ok(diesel::delete(grants::table.find(id.to_string())).execute(&mut **w)? == 1)
}

/// Whether anybody is an admin.
///
/// # Errors
/// When it cannot be read.
pub fn any_admin(c: &mut Connection) -> Result<bool, StoreError> {
    let admins: i64 = grants::table.filter(grants::role.eq(Role::Admin.to_string())).count().get_result(c)?;
    Ok(admins > 0)
}
