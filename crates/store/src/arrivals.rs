//! The table of arrivals.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::{
    arrival::{Arrival, Standing},
    id::{AccountId, ArrivalId, GroupId, JoinCodeId},
};

use crate::{
    Connection, StoreError, Writer,
    convert::{self, number, parsed, parsed_option, stored},
    schema::arrivals,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = arrivals, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    account_id: String,
    event_id: String,
    code_id: Option<String>,
    name: String,
    group_id: Option<String>,
    team: Option<String>,
    standing: String,
    asked_at: NaiveDateTime,
    decided_at: Option<NaiveDateTime>,
}

impl From<&Arrival> for Row {
    fn from(arrival: &Arrival) -> Self {
        Self {
            id: arrival.id.to_string(),
            account_id: arrival.account.to_string(),
            event_id: arrival.event.to_string(),
            code_id: arrival.code.map(|id| id.to_string()),
            name: arrival.name.clone(),
            group_id: arrival.group.map(|id| id.to_string()),
            team: arrival.team.clone(),
            standing: arrival.standing.to_string(),
            asked_at: stored(arrival.asked_at),
            decided_at: arrival.decided_at.map(stored),
        }
    }
}

impl TryFrom<Row> for Arrival {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.id, "arrivals.id")?,
            account: parsed(&row.account_id, "arrivals.account_id")?,
            event: parsed(&row.event_id, "arrivals.event_id")?,
            code: parsed_option(row.code_id.as_deref(), "arrivals.code_id")?,
            name: row.name,
            group: parsed_option(row.group_id.as_deref(), "arrivals.group_id")?,
            team: row.team,
            standing: parsed(&row.standing, "arrivals.standing")?,
            asked_at: row.asked_at.and_utc(),
            decided_at: row.decided_at.map(|time| time.and_utc()),
        })
    }
}

/// Adds somebody who came, under the hash of what their form carried.
///
/// # Errors
/// When this form was sent before, or what it names does not exist.
pub fn insert(w: &mut Writer<'_>, arrival: &Arrival, form_hash: Option<&str>) -> Result<(), StoreError> {
    diesel::insert_into(arrivals::table)
        .values((Row::from(arrival), arrivals::form_hash.eq(form_hash)))
        .execute(&mut **w)?;
    Ok(())
}

/// Writes an arrival as it is now; says whether it was there.
///
/// # Errors
/// When what it names does not exist.
pub fn update(w: &mut Writer<'_>, arrival: &Arrival) -> Result<bool, StoreError> {
    let row = arrivals::table.find(arrival.id.to_string());
    Ok(diesel::update(row).set(Row::from(arrival)).execute(&mut **w)? == 1)
}

/// The arrival of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: ArrivalId) -> Result<Option<Arrival>, StoreError> {
    convert::one(arrivals::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The arrival that a form made.
///
/// # Errors
/// When it cannot be read.
pub fn by_form(c: &mut Connection, form_hash: &str) -> Result<Option<Arrival>, StoreError> {
    let query = arrivals::table.filter(arrivals::form_hash.eq(form_hash));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// The last arrival of an account.
///
/// # Errors
/// When it cannot be read.
pub fn last_of(c: &mut Connection, account: AccountId) -> Result<Option<Arrival>, StoreError> {
    let query = arrivals::table.filter(arrivals::account_id.eq(account.to_string())).order(arrivals::id.desc());
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// Those who wait, the first first.
///
/// # Errors
/// When one cannot be read.
pub fn waiting(c: &mut Connection) -> Result<Vec<Arrival>, StoreError> {
    let waiting = arrivals::standing.eq(Standing::Waiting.to_string());
    let query = arrivals::table.filter(waiting).order(arrivals::id);
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// How many came by a code and were not refused.
///
/// # Errors
/// When it cannot be read.
pub fn by_code(c: &mut Connection, code: JoinCodeId) -> Result<u32, StoreError> {
    let not_refused = arrivals::standing.ne(Standing::Refused.to_string());
    let query = arrivals::table.filter(arrivals::code_id.eq(code.to_string())).filter(not_refused);
    number(query.count().get_result(c)?, "arrivals.code_id")
}

/// The groups into which a code led.
///
/// # Errors
/// When one cannot be read.
pub fn groups_by_code(c: &mut Connection, code: JoinCodeId) -> Result<Vec<GroupId>, StoreError> {
    let let_in = arrivals::standing.eq(Standing::LetIn.to_string());
    let query = arrivals::table.filter(arrivals::code_id.eq(code.to_string())).filter(let_in);
    let groups: Vec<Option<String>> = query.select(arrivals::group_id).distinct().load(c)?;
    groups.iter().flatten().map(|id| parsed(id, "arrivals.group_id")).collect()
}
