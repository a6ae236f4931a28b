//! The table of tokens: sign-in links, by the hash of their secret.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    account::{Token, TokenKind},
    id::{AccountId, TokenId},
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::tokens,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
struct Row {
    id: String,
    account_id: String,
    kind: String,
    created_at: NaiveDateTime,
    expires_at: Option<NaiveDateTime>,
    used_at: Option<NaiveDateTime>,
    revoked_at: Option<NaiveDateTime>,
}

impl From<&Token> for Row {
    fn from(token: &Token) -> Self {
        Self {
            id: token.id.to_string(),
            account_id: token.account.to_string(),
            kind: token.kind.to_string(),
            created_at: stored(token.created_at),
            expires_at: token.expires_at.map(stored),
            used_at: token.used_at.map(stored),
            revoked_at: token.revoked_at.map(stored),
        }
    }
}

impl TryFrom<Row> for Token {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "tokens.id")?,
            account: parsed(&row.account_id, "tokens.account_id")?,
            kind: parsed(&row.kind, "tokens.kind")?,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.map(|time| time.and_utc()),
            used_at: row.used_at.map(|time| time.and_utc()),
            revoked_at: row.revoked_at.map(|time| time.and_utc()),
        })
    }
}

/// Adds a token under the hash of its secret.
///
/// # Errors
/// When the account does not exist.
pub fn insert(w: &mut Writer<'_>, token: &Token, secret_hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(tokens::table)
        .values((Row::from(token), tokens::secret_hash.eq(secret_hash)))
        .execute(&mut **w)?;
    Ok(())
}

/// The token of a secret, good or not.
///
/// # Errors
/// When it cannot be read.
pub fn by_secret_hash(c: &mut Connection, secret_hash: &str) -> Result<Option<Token>, StoreError> {
    let query = tokens::table.filter(tokens::secret_hash.eq(secret_hash));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// The tokens of an account, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn of_account(c: &mut Connection, account: AccountId) -> Result<Vec<Token>, StoreError> {
    let query = tokens::table.filter(tokens::account_id.eq(account.to_string())).order(tokens::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// Notes a use; says whether there was one to be had, which for a link that works once is only the first.
///
/// # Errors
/// When it cannot be written.
pub fn mark_used(w: &mut Writer<'_>, id: TokenId) -> Result<bool, StoreError> {
    let used_at = stored(w.at());
    let once = TokenKind::SignInOnce.to_string();
    let row = tokens::table.find(id.to_string()).filter(tokens::kind.ne(once).or(tokens::used_at.is_null()));
    Ok(diesel::update(row).set(tokens::used_at.eq(used_at)).execute(&mut **w)? == 1)
}

/// Revokes the sign-in links of an account, and returns how many were not revoked before.
///
/// # Errors
/// When it cannot be written.
pub fn revoke_links(w: &mut Writer<'_>, account: AccountId) -> Result<usize, StoreError> {
    let revoked_at = stored(w.at());
    let links = [TokenKind::SignInOnce.to_string(), TokenKind::SignIn.to_string()];
    let rows = tokens::table
        .filter(tokens::account_id.eq(account.to_string()))
        .filter(tokens::kind.eq_any(links))
        .filter(tokens::revoked_at.is_null());
    Ok(diesel::update(rows).set(tokens::revoked_at.eq(revoked_at)).execute(&mut **w)?)
}
