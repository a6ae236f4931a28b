//! The answers of the REST API as far as the commands read them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_domain::{
    api_token::Scope,
    id::InstanceId,
    instance::{Failure, State},
    problem::Problem,
    role::Role,
};

/// What an import did.
#[derive(Debug, Deserialize)]
pub(super) struct ImportReport {
    pub groups_created: u64,
    pub users_created: u64,
    pub unchanged: u64,
}

/// A group, as far as it matters here.
#[derive(Debug, Deserialize)]
pub(super) struct Group {
    pub id: String,
    pub event_id: String,
    pub name: String,
    pub users: Vec<serde_json::Value>,
}

/// One page of instances.
#[derive(Debug, Deserialize)]
pub(super) struct InstancePage {
    pub instances: Vec<Instance>,
    pub total: usize,
}

/// Who is on the way since the request.
#[derive(Debug, Deserialize)]
pub(super) struct Launched {
    pub instances: Vec<Instance>,
}

/// An instance, with everything else that was said about it, which `--json` passes on.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Instance {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<InstanceId>,
    pub user: Person,
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_since: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The place in the queue of those who wait for their start, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_position: Option<u32>,
    #[serde(default)]
    pub secure: bool,
    #[serde(default)]
    pub ephemeral: bool,
    #[serde(default)]
    pub rescue: bool,
    /// What to tell when the files are kept otherwise than those of new people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_elsewhere: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

/// Whose an instance is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Person {
    pub group: String,
    pub username: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

impl Instance {
    /// The person, as people write it: `alpha/alice`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.user.group, self.user.username)
    }
}

impl Person {
    pub fn id(&self) -> Option<&str> {
        self.rest.get("id")?.as_str()
    }
}

/// What became of each of many.
#[derive(Debug, Deserialize)]
pub(super) struct BulkResults {
    pub results: Vec<BulkResult>,
}

/// What became of one of many.
#[derive(Debug, Deserialize)]
pub(super) struct BulkResult {
    pub id: Option<InstanceId>,
    /// `error` when it was refused.
    pub status: String,
    pub state: Option<State>,
    pub error: Option<Problem>,
}

/// A link that signs somebody in.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct SignInLink {
    pub url: String,
    /// Who is signed in by it.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token that was just made: the only moment at which its secret is known.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct CreatedToken {
    pub id: String,
    pub name: String,
    pub scope: Scope,
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Tokens that are not revoked.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TokenList {
    pub tokens: Vec<TokenInfo>,
}

/// A token without its secret.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TokenInfo {
    pub id: String,
    pub name: String,
    pub scope: Scope,
    /// Whose it is.
    pub account: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What was revoked, with what had been made with it.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RevokedToken {
    pub status: String,
    pub id: String,
    pub count: usize,
}

/// Everybody who is more than a participant.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct GrantList {
    pub grants: Vec<GrantInfo>,
}

/// A role that somebody has.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct GrantInfo {
    pub id: String,
    pub role: Role,
    pub account_id: String,
    /// Who has it.
    pub account: String,
    pub event_id: Option<String>,
}

impl GrantInfo {
    /// Where it counts.
    pub fn place(&self) -> String {
        self.event_id.clone().unwrap_or_else(|| "every event".to_owned())
    }
}

/// What was taken away.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RevokedGrant {
    pub status: String,
    pub id: String,
}

/// The codes by which people come in.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct JoinCodeList {
    pub codes: Vec<JoinCodeInfo>,
}

/// A code without what people type.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct JoinCodeInfo {
    pub id: String,
    pub event_id: String,
    /// The group that it leads to; none for a team of one's own.
    pub group_id: Option<String>,
    pub seats: u32,
    pub places: u32,
    pub came: u32,
    pub approval: bool,
    pub expires_at: DateTime<Utc>,
}

/// A code with what people type.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct ShownJoinCode {
    #[serde(flatten)]
    pub info: JoinCodeInfo,
    pub code: String,
    pub url: String,
}

/// A code by which nobody comes in any more.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RevokedJoinCode {
    pub status: String,
    pub id: String,
}

/// What `thon check` asked for.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Check {
    pub findings: Vec<Finding>,
    #[serde(default)]
    pub notices: Vec<Finding>,
}

/// Something that database, sandboxes and routes do not agree on.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Finding {
    pub kind: String,
    pub subject: String,
    pub detail: String,
}

/// Who serves since a restart, and who keeps the editors that were open.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Restarted {
    pub process: u32,
    pub predecessor: u32,
}
