//! The audit: who did what, and what came of it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::audit::AuditEntry;

use super::{codec::Answer, error::ApiError};

/// How many lines a page has.
pub const LINES: u32 = 50;

/// Which lines, in the words of the URL; an empty one says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditWish {
    #[serde(default)]
    pub who: String,
    #[serde(default)]
    pub object: String,
    #[serde(default)]
    pub deed: String,
    #[serde(default)]
    pub outcome: String,
    /// The first day, for example `2026-11-24`, in UTC.
    #[serde(default)]
    pub since: String,
    /// The last day.
    #[serde(default)]
    pub until: String,
    #[serde(default)]
    pub page: u32,
}

/// A page of the audit, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLines {
    pub entries: Vec<AuditEntry>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Tells a page of what the viewer may see of the audit.
#[server(name = ReadAudit, prefix = "/sfn", endpoint = "audit_page", input = GetUrl, output = Answer)]
pub async fn audit_page(#[server(default)] wish: AuditWish) -> Result<AuditLines, ApiError> {
    let (audit, actor) = (super::context::audit()?, super::context::actor()?);
    super::context::audit_page(&audit, &actor, wish).await
}
