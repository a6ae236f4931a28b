//! The table of accounts, with the hashes of their passwords.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{account::Account, id::AccountId};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::accounts,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
struct Row {
    id: String,
    name: String,
    created_at: NaiveDateTime,
}

impl From<&Account> for Row {
    fn from(account: &Account) -> Self {
        Self { id: account.id.to_string(), name: account.name.clone(), created_at: stored(account.created_at) }
    }
}

impl TryFrom<Row> for Account {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self { id: parsed(&row.id, "accounts.id")?, name: row.name, created_at: row.created_at.and_utc() })
    }
}

/// Adds an account, which has no password yet.
///
/// # Errors
/// When its id is taken.
pub fn insert(w: &mut Writer<'_>, account: &Account) -> Result<(), StoreError> {
    diesel::insert_into(accounts::table).values(Row::from(account)).execute(&mut **w)?;
    Ok(())
}

/// The account of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: AccountId) -> Result<Option<Account>, StoreError> {
    convert::one(accounts::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// All accounts, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<Account>, StoreError> {
    convert::all(accounts::table.order(accounts::id).select(Row::as_select()).load(c)?)
}

/// The hash of an account's password, if it has one.
///
/// # Errors
/// When it cannot be read.
pub fn password_hash(c: &mut Connection, id: AccountId) -> Result<Option<String>, StoreError> {
    let query = accounts::table.find(id.to_string()).select(accounts::password_hash);
    Ok(query.first::<Option<String>>(c).optional()?.flatten())
}

/// Gives an account a password, or takes it away; says whether the account was there.
///
/// # Errors
/// When it cannot be written.
pub fn set_password_hash(w: &mut Writer<'_>, id: AccountId, hash: Option<&str>) -> Result<bool, StoreError> {
    let row = accounts::table.find(id.to_string());
    Ok(diesel::update(row).set(accounts::password_hash.eq(hash)).execute(&mut **w)? == 1)
}
