//! The row of a line.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use thon_domain::audit::{AuditEntry, Object};

use super::Line;
use crate::{
    StoreError,
    convert::{number, parsed, parsed_option, stored},
    schema::audit,
};

/// What a line says.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
pub(super) struct Said {
    at: NaiveDateTime,
    account_id: Option<String>,
    who: String,
    via: String,
    address: Option<String>,
    deed: String,
    detail: String,
    object_kind: Option<String>,
    object_id: Option<String>,
    object: Option<String>,
    event_id: Option<String>,
    outcome: String,
    reason: Option<String>,
    times: i64,
    request_id: Option<String>,
}

/// As it is written: with what is searched in. The database gives the number.
#[derive(Insertable)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
pub(super) struct NewRow {
    #[diesel(embed)]
    said: Said,
    who_folded: String,
    object_folded: Option<String>,
}

/// As it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
pub(super) struct Row {
    number: i64,
    #[diesel(embed)]
    said: Said,
}

impl From<&Line> for NewRow {
    fn from(line: &Line) -> Self {
        let object = line.object.as_ref();
        let said = Said {
            at: stored(line.at),
            account_id: line.account.map(|id| id.to_string()),
            who: line.who.clone(),
            via: line.origin.via.to_string(),
            address: line.origin.address.map(|address| address.to_string()),
            deed: line.deed.to_string(),
            detail: line.detail.clone(),
            object_kind: object.map(|object| object.kind.to_string()),
            object_id: object.map(|object| object.id.clone()),
            object: object.map(|object| object.name.clone()),
            event_id: line.event.map(|id| id.to_string()),
            outcome: line.outcome.to_string(),
            reason: line.reason.clone(),
            times: line.times.into(),
            request_id: line.origin.request.clone(),
        };
        let object_folded = object.map(|object| object.name.to_lowercase());
        Self { said, who_folded: line.who.to_lowercase(), object_folded }
    }
}

impl TryFrom<Row> for AuditEntry {
    type Error = StoreError;

    fn try_from(Row { number: nth, said: row }: Row) -> Result<Self, StoreError> {
        let kind = parsed_option(row.object_kind.as_deref(), "audit.object_kind")?;
        let object = kind.zip(row.object_id).zip(row.object).map(|((kind, id), name)| Object { kind, id, name });
        Ok(Self {
            number: nth,
            at: row.at.and_utc(),
            account: parsed_option(row.account_id.as_deref(), "audit.account_id")?,
            who: row.who,
            via: parsed(&row.via, "audit.via")?,
            address: parsed_option(row.address.as_deref(), "audit.address")?,
            deed: parsed(&row.deed, "audit.deed")?,
            detail: row.detail,
            object,
            event: parsed_option(row.event_id.as_deref(), "audit.event_id")?,
            outcome: parsed(&row.outcome, "audit.outcome")?,
            reason: row.reason,
            times: number(row.times, "audit.times")?,
            request: row.request_id,
        })
    }
}
