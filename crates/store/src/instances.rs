//! The table of instances. Its rows change by compare-and-set only.

use std::collections::BTreeSet;

use diesel::{
    prelude::*,
    sql_types::{Bool, Nullable},
};
use serde_json::json;
use thon_domain::{
    id::{InstanceId, UserId},
    instance::{Instance, State},
    page::PageRequest,
};

use crate::{
    Connection, StoreError, Writer,
    connection::Dialect,
    convert::{self, number},
    events,
    schema::{groups, instances, public_ports, users},
};

mod row;

use row::Row;

/// Which instances are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceFilter {
    /// In one of these states; none named means any.
    pub states: Vec<State>,
    /// Of one of these users; `None` means anybody's.
    pub users: Option<Vec<UserId>>,
    /// Whether those of archived events are left out.
    pub current: bool,
}

impl InstanceFilter {
    fn query(&self) -> instances::BoxedQuery<'static, Dialect> {
        let mut query = instances::table.into_boxed();
        if !self.states.is_empty() {
            let states: Vec<_> = self.states.iter().map(State::to_string).collect();
            query = query.filter(instances::state.eq_any(states));
        }
        if let Some(users) = &self.users {
            let users: Vec<_> = users.iter().map(UserId::to_string).collect();
            query = query.filter(instances::user_id.eq_any(users));
        }
        if self.current {
            let theirs = users::table.inner_join(groups::table).filter(groups::event_id.eq_any(events::archived()));
            query = query.filter(instances::user_id.ne_all(theirs.select(users::id)));
        }
        query
    }
}

/// Adds an instance.
///
/// # Errors
/// When the user has one already, or a port is or was another's.
pub fn insert(w: &mut Writer<'_>, instance: &Instance) -> Result<(), StoreError> {
    diesel::insert_into(instances::table).values(Row::from(instance)).execute(&mut **w)?;
    if let Some(port) = instance.public_port {
        let given = (public_ports::port.eq(i64::from(port)), public_ports::instance_id.eq(instance.id.to_string()));
        diesel::insert_into(public_ports::table).values(given).execute(&mut **w)?;
    }
    Ok(())
}

/// Writes `after` if the row still stands as in `before`; says whether it did.
///
/// Compared is what a step decides by, and what people may change meanwhile: state, intent, generation, attempts, expiry,
/// shared ports.
///
/// # Errors
/// When it cannot be written.
pub fn update(w: &mut Writer<'_>, before: &Instance, after: &Instance) -> Result<bool, StoreError> {
    let row = instances::table
        .find(before.id.to_string())
        .filter(instances::state.eq(before.state.to_string()))
        .filter(instances::intent.eq(before.intent.to_string()))
        .filter(instances::generation.eq(i64::from(before.generation)))
        .filter(instances::attempts.eq(i64::from(before.attempts)))
        .filter(instances::shared_ports.eq(json!(before.shared_ports).to_string()))
        .filter(ends_as(before));
    Ok(diesel::update(row).set(Row::from(after)).execute(&mut **w)? == 1)
}

/// That a row ends when this instance does. SQLite and PostgreSQL have no common `=` that holds between NULLs.
fn ends_as(before: &Instance) -> Box<dyn BoxableExpression<instances::table, Dialect, SqlType = Nullable<Bool>>> {
    match before.expires_at {
        Some(end) => Box::new(instances::expires_at.eq(convert::stored(end))),
        None => Box::new(instances::expires_at.is_null().nullable()),
    }
}

/// The instance of an id.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: InstanceId) -> Result<Option<Instance>, StoreError> {
    convert::one(instances::table.find(id.to_string()).select(Row::as_select()).first(c).optional()?)
}

/// The instance of a user, if they ever had one.
///
/// # Errors
/// When it cannot be read.
pub fn of_user(c: &mut Connection, user: UserId) -> Result<Option<Instance>, StoreError> {
    let query = instances::table.filter(instances::user_id.eq(user.to_string()));
    convert::one(query.select(Row::as_select()).first(c).optional()?)
}

/// All instances, the oldest first.
///
/// # Errors
/// When one cannot be read.
pub fn all(c: &mut Connection) -> Result<Vec<Instance>, StoreError> {
    convert::all(instances::table.order(instances::id).select(Row::as_select()).load(c)?)
}

/// The instances that end by themselves at some time, the next one first.
///
/// # Errors
/// When one cannot be read.
pub fn with_expiry(c: &mut Connection) -> Result<Vec<Instance>, StoreError> {
    let query =
        instances::table.filter(instances::expires_at.is_not_null()).order((instances::expires_at, instances::id));
    convert::all(query.select(Row::as_select()).load(c)?)
}

/// One page of the instances that pass the filter, the oldest first, and how many pass it in all.
///
/// # Errors
/// When one cannot be read.
pub fn page(
    c: &mut Connection,
    filter: &InstanceFilter,
    page: PageRequest,
) -> Result<(Vec<Instance>, u64), StoreError> {
    let total: i64 = filter.query().count().get_result(c)?;
    let offset = i64::try_from(page.offset()).unwrap_or(i64::MAX);
    let query = filter.query().order(instances::id).limit(i64::from(page.page_size)).offset(offset);
    let rows = query.select(Row::as_select()).load(c)?;
    Ok((convert::all(rows)?, number(total, "instances")?))
}

/// The ports that belong to an instance.
///
/// # Errors
/// When one cannot be read.
pub fn used_ports(c: &mut Connection) -> Result<BTreeSet<u16>, StoreError> {
    let ports: Vec<i64> = instances::table.select(instances::host_port).load(c)?;
    ports.into_iter().map(|port| number(port, "instances.host_port")).collect()
}

/// The public ports that were ever given. Browsers keep what an origin once was, so none is given to somebody else.
///
/// # Errors
/// When one cannot be read.
pub fn given_public_ports(c: &mut Connection) -> Result<BTreeSet<u16>, StoreError> {
    let ports: Vec<i64> = public_ports::table.select(public_ports::port).load(c)?;
    ports.into_iter().map(|port| number(port, "public_ports.port")).collect()
}
