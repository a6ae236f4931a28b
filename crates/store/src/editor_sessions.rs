//! The table of editor sessions: browsers that may come in by one door for as long as they are signed in.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use thon_domain::{address::Doorway, id::AccountId, slug::Slug};

use crate::{
    Connection, StoreError, Writer,
    convert::{number, parsed, stored},
    schema::{editor_sessions, sessions},
    sessions::{Row as Session, SessionRow},
};

/// An editor session under the hash of its id. It ends with the session that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditorSession {
    pub id_hash: String,
    pub session_id_hash: String,
    /// Where it lets in.
    pub doorway: Doorway,
    pub created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = editor_sessions)]
struct Row {
    id_hash: String,
    session_id_hash: String,
    slug: String,
    created_at: NaiveDateTime,
    port: Option<i64>,
}

impl From<&EditorSession> for Row {
    fn from(session: &EditorSession) -> Self {
        Self {
            id_hash: session.id_hash.clone(),
            session_id_hash: session.session_id_hash.clone(),
            slug: session.doorway.slug.to_string(),
            created_at: stored(session.created_at),
            port: session.doorway.door.port().map(Into::into),
        }
    }
}

impl TryFrom<Row> for EditorSession {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id_hash: row.id_hash,
            session_id_hash: row.session_id_hash,
            doorway: Doorway {
                slug: parsed(&row.slug, "editor_sessions.slug")?,
                door: row.port.map(|port| number(port, "editor_sessions.port")).transpose()?.into(),
            },
            created_at: row.created_at.and_utc(),
        })
    }
}

/// Adds an editor session.
///
/// # Errors
/// When the session that it comes from is gone.
pub fn insert(w: &mut Writer<'_>, session: &EditorSession) -> Result<(), StoreError> {
    diesel::insert_into(editor_sessions::table).values(Row::from(session)).execute(&mut **w)?;
    Ok(())
}

/// The editor session of a hash with the session that it came from, even if that one is over.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id_hash: &str) -> Result<Option<(EditorSession, SessionRow)>, StoreError> {
    let found: Option<(Row, Session)> = editor_sessions::table
        .inner_join(sessions::table)
        .filter(editor_sessions::id_hash.eq(id_hash))
        .select((Row::as_select(), Session::as_select()))
        .first(c)
        .optional()?;
    found.map(|(row, session)| Ok((row.try_into()?, session.try_into()?))).transpose()
}

/// Removes the sessions with which an account comes into one editor; those of its ports stay.
///
/// # Errors
/// When it cannot be written.
pub fn delete_of_editor(w: &mut Writer<'_>, account: AccountId, slug: &Slug) -> Result<(), StoreError> {
    let signed_in = sessions::table.filter(sessions::account_id.eq(account.to_string())).select(sessions::id_hash);
    let theirs = editor_sessions::table
        .filter(editor_sessions::slug.eq(slug.to_string()))
        .filter(editor_sessions::port.is_null())
        .filter(editor_sessions::session_id_hash.eq_any(signed_in));
    diesel::delete(theirs).execute(&mut **w)?;
    Ok(())
}
