//! The table of visits: who was in somebody else's editor, from when to when.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    id::{AccountId, UserId, VisitId},
    visit::Visit,
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, parsed, stored},
    schema::visits,
};

/// A visit, whose it is, and at whose editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneVisit {
    pub user: UserId,
    pub account: AccountId,
    pub visit: Visit,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = visits, treat_none_as_default_value = false)]
struct Row {
    id: String,
    user_id: String,
    account_id: String,
    name: String,
    role: String,
    began_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    asked_to_leave: bool,
}

impl From<&OneVisit> for Row {
    fn from(OneVisit { user, account, visit }: &OneVisit) -> Self {
        Self {
            id: visit.id.to_string(),
            user_id: user.to_string(),
            account_id: account.to_string(),
            name: visit.name.clone(),
            role: visit.role.to_string(),
            began_at: stored(visit.since),
            ended_at: visit.until.map(stored),
            asked_to_leave: visit.asked_to_leave,
        }
    }
}

impl TryFrom<Row> for OneVisit {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            user: parsed(&row.user_id, "visits.user_id")?,
            account: parsed(&row.account_id, "visits.account_id")?,
            visit: Visit {
                id: parsed(&row.id, "visits.id")?,
                name: row.name,
                role: parsed(&row.role, "visits.role")?,
                since: row.began_at.and_utc(),
                until: row.ended_at.map(|time| time.and_utc()),
                asked_to_leave: row.asked_to_leave,
            },
        })
    }
}

/// Adds a visit.
///
/// # Errors
/// When the user or the account is gone.
pub fn insert(w: &mut Writer<'_>, one: &OneVisit) -> Result<(), StoreError> {
    diesel::insert_into(visits::table).values(Row::from(one)).execute(&mut **w)?;
    Ok(())
}

/// Writes how a visit is now: whether it is over, and whether its end was asked for. Says whether it was there.
///
/// # Errors
/// When it cannot be written.
pub fn update(w: &mut Writer<'_>, visit: &Visit) -> Result<bool, StoreError> {
    let now = (visits::ended_at.eq(visit.until.map(stored)), visits::asked_to_leave.eq(visit.asked_to_leave));
    Ok(diesel::update(visits::table.find(visit.id.to_string())).set(now).execute(&mut **w)? == 1)
}

/// The visit of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: VisitId) -> Result<Option<OneVisit>, StoreError> {
    convert::one(visits::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// All that are not over.
///
/// # Errors
/// When one cannot be read.
pub fn open(c: &mut Connection) -> Result<Vec<OneVisit>, StoreError> {
    let query = visits::table.filter(visits::ended_at.is_null()).order(visits::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// The last visit of an account at a user's editor.
///
/// # Errors
/// When it cannot be read.
pub fn last(c: &mut Connection, user: UserId, account: AccountId) -> Result<Option<OneVisit>, StoreError> {
    let theirs = visits::user_id.eq(user.to_string()).and(visits::account_id.eq(account.to_string()));
    let query = visits::table.filter(theirs).order((visits::began_at.desc(), visits::id.desc()));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// The visits at a user's editor that are not over, and the last `ended` of the others; the newest first.
///
/// # Errors
/// When one cannot be read.
pub fn of_user(c: &mut Connection, user: UserId, ended: usize) -> Result<Vec<Visit>, StoreError> {
    let theirs = visits::user_id.eq(user.to_string());
    let open = visits::table.filter(theirs.clone()).filter(visits::ended_at.is_null());
    let over = visits::table.filter(theirs).filter(visits::ended_at.is_not_null());
    let mut rows: Vec<Row> = open.select(Row::as_select()).load(c)?;
    rows.extend(
        over.order(visits::ended_at.desc())
            .limit(i64::try_from(ended).unwrap_or(i64::MAX))
            .select(Row::as_select())
            .load::<Row>(c)?,
    );
    let mut found: Vec<OneVisit> = convert::all(rows)?;
    found.sort_by_key(|one| std::cmp::Reverse((one.visit.since, one.visit.id)));
    Ok(found.into_iter().map(|one| one.visit).collect())
}
