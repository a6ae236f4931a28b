//! The table of API tokens, by the hash of their secret.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    api_token::ApiToken,
    id::{AccountId, TokenId},
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, parsed_option, stored},
    schema::api_tokens,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens, treat_none_as_default_value = false)]
struct Row {
    id: String,
    account_id: String,
    name: String,
    scope: String,
    made_with: Option<String>,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    last_used_at: Option<NaiveDateTime>,
    revoked_at: Option<NaiveDateTime>,
}

impl From<&ApiToken> for Row {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            account_id: token.account.to_string(),
            name: token.name.to_string(),
            scope: token.scope.to_string(),
            made_with: token.made_with.map(|id| id.to_string()),
            created_at: stored(token.created_at),
            expires_at: stored(token.expires_at),
            last_used_at: token.last_used_at.map(stored),
            revoked_at: token.revoked_at.map(stored),
        }
    }
}

impl TryFrom<Row> for ApiToken {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "api_tokens.id")?,
            account: parsed(&row.account_id, "api_tokens.account_id")?,
            name: parsed(&row.name, "api_tokens.name")?,
            scope: parsed(&row.scope, "api_tokens.scope")?,
            made_with: parsed_option(row.made_with.as_deref(), "api_tokens.made_with")?,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            last_used_at: row.last_used_at.map(|time| time.and_utc()),
            revoked_at: row.revoked_at.map(|time| time.and_utc()),
        })
    }
}

/// Adds a token under the hash of its secret.
///
/// # Errors
/// When its account, or the token that it was made with, does not exist.
pub fn insert(w: &mut Writer<'_>, token: &ApiToken, secret_hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(api_tokens::table)
        .values((Row::from(token), api_tokens::secret_hash.eq(secret_hash)))
        .execute(&mut **w)?;
    Ok(())
}

/// The token of an id, good or not.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: TokenId) -> Result<Option<ApiToken>, StoreError> {
    convert::one(api_tokens::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The token of a secret, good or not.
///
/// # Errors
/// When it cannot be read.
pub fn by_secret_hash(c: &mut Connection, secret_hash: &str) -> Result<Option<ApiToken>, StoreError> {
    let query = api_tokens::table.filter(api_tokens::secret_hash.eq(secret_hash));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// The tokens of an account that are not revoked, or everybody's; the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection, account: Option<AccountId>) -> Result<Vec<ApiToken>, StoreError> {
    let query = api_tokens::table.filter(api_tokens::revoked_at.is_null()).order(api_tokens::id);
    let query = query.select(Row::as_select()).into_boxed();
    let query = match account {
        Some(account) => query.filter(api_tokens::account_id.eq(account.to_string())),
        None => query,
    };
    convert::all(query.load(c)?)
}

/// The tokens that were made with a token.
///
/// # Errors
/// When one cannot be read.
pub fn made_with(c: &mut Connection, id: TokenId) -> Result<Vec<TokenId>, StoreError> {
    let query = api_tokens::table.filter(api_tokens::made_with.eq(id.to_string())).order(api_tokens::id);
    let ids: Vec<String> = query.select(api_tokens::id).load(c)?;
    ids.iter().map(|id| parsed(id, "api_tokens.id")).collect()
}

/// Notes a use.
///
/// # Errors
/// When it cannot be written.
pub fn touch(w: &mut Writer<'_>, id: TokenId) -> Result<(), StoreError> {
    let used_at = api_tokens::last_used_at.eq(stored(w.at()));
    diesel::update(api_tokens::table.find(id.to_string())).set(used_at).execute(&mut **w)?;
    Ok(())
}

/// Revokes a token, and returns the hash of its secret if it was not revoked before.
///
/// # Errors
/// When it cannot be written.
pub fn revoke(w: &mut Writer<'_>, id: TokenId) -> Result<Option<String>, StoreError> {
    let revoked_at = api_tokens::revoked_at.eq(stored(w.at()));
    let row = api_tokens::table.find(id.to_string()).filter(api_tokens::revoked_at.is_null());
    if diesel::update(row).set(revoked_at).execute(&mut **w)? == 0 {
        return Ok(None);
    }
    let hash = api_tokens::table.find(id.to_string()).select(api_tokens::secret_hash);
    Ok(Some(hash.first(&mut **w)?))
}
