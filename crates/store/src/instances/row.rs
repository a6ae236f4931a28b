//! How an instance is kept.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use thon_domain::instance::{Failure, Instance};

use crate::{
    StoreError,
    convert::{number, parsed, stored},
    schema::instances,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = instances, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
    id: String,
    user_id: String,
    state: String,
    state_since: NaiveDateTime,
    intent: String,
    generation: i64,
    attempts: i64,
    next_attempt_at: Option<NaiveDateTime>,
    failure_code: Option<String>,
    failure_reason: Option<String>,
    host_port: i64,
    image: Option<String>,
    timeout_minutes: i64,
    expires_at: Option<NaiveDateTime>,
    warned_minutes: Option<i64>,
    secure: bool,
    ephemeral: bool,
    created_at: NaiveDateTime,
    public_port: Option<i64>,
    shared_ports: String,
    rescue: bool,
}

impl From<&Instance> for Row {
    fn from(instance: &Instance) -> Self {
        let failure = instance.failure.as_ref();
        Self {
            id: instance.id.to_string(),
            user_id: instance.user.to_string(),
            state: instance.state.to_string(),
            state_since: stored(instance.state_since),
            intent: instance.intent.to_string(),
            generation: instance.generation.into(),
            attempts: instance.attempts.into(),
            next_attempt_at: instance.next_attempt_at.map(stored),
            failure_code: failure.map(|failure| failure.code.clone()),
            failure_reason: failure.map(|failure| failure.reason.clone()),
            host_port: instance.host_port.into(),
            image: instance.image.clone(),
            timeout_minutes: instance.timeout_minutes.into(),
            expires_at: instance.expires_at.map(stored),
            warned_minutes: instance.warned_minutes.map(Into::into),
            secure: instance.secure,
            ephemeral: instance.ephemeral,
            created_at: stored(instance.created_at),
            public_port: instance.public_port.map(Into::into),
            shared_ports: json!(instance.shared_ports).to_string(),
            rescue: instance.rescue,
        }
    }
}

impl TryFrom<Row> for Instance {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let failure = row.failure_code.zip(row.failure_reason);
        Ok(Self {
            id: parsed(&row.id, "instances.id")?,
            user: parsed(&row.user_id, "instances.user_id")?,
            state: parsed(&row.state, "instances.state")?,
            state_since: row.state_since.and_utc(),
            intent: parsed(&row.intent, "instances.intent")?,
            generation: number(row.generation, "instances.generation")?,
            attempts: number(row.attempts, "instances.attempts")?,
            next_attempt_at: row.next_attempt_at.map(|time| time.and_utc()),
            failure: failure.map(|(code, reason)| Failure { code, reason }),
            host_port: number(row.host_port, "instances.host_port")?,
            image: row.image,
            timeout_minutes: number(row.timeout_minutes, "instances.timeout_minutes")?,
            expires_at: row.expires_at.map(|time| time.and_utc()),
            warned_minutes: row.warned_minutes.map(|n| number(n, "instances.warned_minutes")).transpose()?,
            secure: row.secure,
            ephemeral: row.ephemeral,
            created_at: row.created_at.and_utc(),
            public_port: row.public_port.map(|n| number(n, "instances.public_port")).transpose()?,
            shared_ports: serde_json::from_str(&row.shared_ports)
                .map_err(|error| StoreError::corrupt("instances.shared_ports", &error))?,
            rescue: row.rescue,
        })
    }
}
