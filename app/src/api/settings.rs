//! Settings, tokens, background work and the certificate, in the words of the page that shows them.
//!
//! The server finds the words: the page has nothing to reckon, and the browser little to load.

use std::collections::BTreeMap;

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{api_token::Scope, id::TokenId, name::TokenName};

use super::{codec::Answer, error::ApiError};

/// Everything on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsBoard {
    pub settings: Vec<SettingLine>,
    pub tokens: Vec<TokenLine>,
    pub tasks: Vec<TaskLine>,
    pub certificate: CertificateBoard,
    /// None where no nginx stands in front.
    pub nginx: Option<NginxBoard>,
    pub addresses: AddressesBoard,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingLine {
    pub key: String,
    pub about: String,
    /// What may be written.
    pub takes: String,
    /// What counts, if it is not the default.
    pub value: String,
    /// What counts when the field is empty.
    pub default: String,
    /// The place that fixes it, for example `/root/.thon/thon.yaml:12`.
    pub locked: Option<String>,
    /// What else there is to know about it, in a sentence.
    pub note: Option<String>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLine {
    pub id: TokenId,
    pub name: String,
    pub scope: String,
    pub owner: String,
    /// For example `ends in 89 d`.
    pub end: String,
    /// For example `used 3 min ago`.
    pub used: String,
}

/// Something that runs in the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLine {
    pub name: String,
    pub purpose: String,
    pub going: Going,
    /// For example `every 5 s`.
    pub rhythm: String,
    /// For example `2 s ago, took 14 ms`.
    pub last: String,
    /// Why the last run failed.
    pub error: Option<String>,
}

/// How a task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Going {
    Well,
    Failing,
    /// It has not run yet.
    Waiting,
    Stopped,
}

/// How the certificate stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateBoard {
    /// What a person should look at.
    pub concern: Option<String>,
    /// What it is called, and how that is.
    pub facts: Vec<(String, String)>,
    /// Whether the server is reached over TLS, so that there is something to renew.
    pub wanted: bool,
}

/// How the nginx in front stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NginxBoard {
    /// Why it does not have what it should.
    pub concern: Option<String>,
    pub in_line: bool,
    /// Whether it has files of THON's at all.
    pub has_files: bool,
    /// What it is called, and how that is.
    pub facts: Vec<(String, String)>,
}

/// How sandboxes are reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressesBoard {
    /// What it is called, and how that is.
    pub facts: Vec<(String, String)>,
    /// What somebody should know of it, a sentence each.
    pub warnings: Vec<String>,
    pub sights: Vec<SightLine>,
}

/// A name, an address or some ports, and whether they lead here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightLine {
    pub subject: String,
    pub works: bool,
    pub detail: String,
}

/// Shows all that the page of the settings shows.
#[server(name = ReadSettings, prefix = "/sfn", endpoint = "settings", input = GetUrl, output = Answer)]
pub async fn settings_board() -> Result<SettingsBoard, ApiError> {
    super::context::settings_board(&super::context::actor()?).await
}

/// Sets what counts from the next start on; an empty text gives a key back to its default.
#[server(prefix = "/sfn", endpoint = "set_settings", output = Answer)]
pub async fn set_settings(#[server(default)] values: BTreeMap<String, String>) -> Result<(), ApiError> {
    let (settings, actor) = (super::context::settings()?, super::context::actor()?);
    settings.set(&actor, values).await?;
    super::context::lead_form_to("/settings");
    Ok(())
}

/// A token with its secret, shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeToken {
    pub token: String,
}

/// Makes a token of one's own.
#[server(prefix = "/sfn", endpoint = "make_token", output = Answer)]
pub async fn make_token(name: TokenName, scope: Scope, hours: u32) -> Result<MadeToken, ApiError> {
    let (tokens, actor) = (super::context::tokens()?, super::context::actor()?);
    let fresh = tokens.make(&actor, super::context::wish(name, scope, hours)).await?;
    super::context::show_answer();
    Ok(MadeToken { token: fresh.secret.reveal().to_owned() })
}

/// Revokes a token and all that were made with it.
#[server(prefix = "/sfn", endpoint = "revoke_token", output = Answer)]
pub async fn revoke_token(token: TokenId) -> Result<(), ApiError> {
    let (tokens, actor) = (super::context::tokens()?, super::context::actor()?);
    tokens.revoke(&actor, token).await?;
    super::context::lead_form_to("/settings");
    Ok(())
}

/// Has another certificate made and waits for it.
#[server(prefix = "/sfn", endpoint = "renew_certificate", output = Answer)]
pub async fn renew_certificate() -> Result<(), ApiError> {
    let (certificates, actor) = (super::context::certificates()?, super::context::actor()?);
    certificates.renew(&actor).await?;
    super::context::lead_form_to("/settings");
    Ok(())
}

/// Has nginx take what it should have, now.
#[server(prefix = "/sfn", endpoint = "sync_nginx", output = Answer)]
pub async fn sync_nginx() -> Result<(), ApiError> {
    let (proxy, actor) = (super::context::outer_proxy()?, super::context::actor()?);
    proxy.sync(&actor).await.map_err(super::context::without_nginx)?;
    super::context::lead_form_to("/settings");
    Ok(())
}

/// Takes THON's files away from nginx.
#[server(prefix = "/sfn", endpoint = "clean_nginx", output = Answer)]
pub async fn clean_nginx() -> Result<(), ApiError> {
    let (proxy, actor) = (super::context::outer_proxy()?, super::context::actor()?);
    proxy.clear(&actor).await.map_err(super::context::without_nginx)?;
    super::context::lead_form_to("/settings");
    Ok(())
}
