//! The table of identities: accounts that people have elsewhere, and whose they are here.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use thon_domain::id::AccountId;

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::identities,
};

/// An account elsewhere that opens one here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// Who vouches for it, by URL.
    pub authority: String,
    /// What it is called there for ever.
    pub subject: String,
    pub account: AccountId,
    /// Whether its account is an admin's only because the configuration lists it.
    pub admin_by_list: bool,
    pub created_at: DateTime<Utc>,
    pub used_at: DateTime<Utc>,
    /// The first address that was made sure of there, as of its last use.
    pub email: Option<String>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = identities, primary_key(authority, subject), treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    authority: String,
    subject: String,
    account_id: String,
    admin_by_list: bool,
    created_at: NaiveDateTime,
    used_at: NaiveDateTime,
    email: Option<String>,
}

impl From<&IdentityRow> for Row {
    fn from(identity: &IdentityRow) -> Self {
        Self {
            authority: identity.authority.clone(),
            subject: identity.subject.clone(),
            account_id: identity.account.to_string(),
            admin_by_list: identity.admin_by_list,
            created_at: stored(identity.created_at),
            used_at: stored(identity.used_at),
            email: identity.email.clone(),
        }
    }
}

impl TryFrom<Row> for IdentityRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.authority,
            subject: row.subject,
            account: parsed(&row.account_id, "identities.account_id")?,
            admin_by_list: row.admin_by_list,
            created_at: row.created_at.and_utc(),
            used_at: row.used_at.and_utc(),
            email: row.email,
        })
    }
}

/// The identity of somebody elsewhere, if they were here before.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, authority: &str, subject: &str) -> Result<Option<IdentityRow>, StoreError> {
    let row = identities::table.find((authority, subject));
    convert::one(row.select(Row::as_select()).first(c).optional()?)
}

/// Writes an identity as it is now, whether it was there before or not.
///
/// # Errors
/// When its account does not exist.
pub fn save(w: &mut Writer<'_>, identity: &IdentityRow) -> Result<(), StoreError> {
    let row = Row::from(identity);
    let place = identities::table.find((&identity.authority, &identity.subject));
    if diesel::update(place).set(&row).execute(&mut **w)? == 0 {
        diesel::insert_into(identities::table).values(row).execute(&mut **w)?;
    }
    Ok(())
}

/// The identities of an account, the one that was used last first.
///
/// # Errors
/// When one cannot be read.
pub fn of_account(c: &mut Connection, account: AccountId) -> Result<Vec<IdentityRow>, StoreError> {
    let query = identities::table.filter(identities::account_id.eq(account.to_string()));
    convert::all(query.order(identities::used_at.desc()).select(Row::as_select()).load(c)?)
}
