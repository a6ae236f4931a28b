//! Where one is signed in, in the words of the page that shows it.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use super::{codec::Answer, error::ApiError};

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    pub id: String,
    /// For example `Firefox on Linux`.
    pub device: String,
    /// For example `signed in 2 h ago by link, from 192.0.2.7`.
    pub since: String,
    /// For example `used 3 min ago`.
    pub seen: String,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// Tells where one is signed in.
#[server(name = ReadSessions, prefix = "/sfn", endpoint = "sessions", input = GetUrl, output = Answer)]
pub async fn sessions() -> Result<Vec<SessionLine>, ApiError> {
    super::context::session_lines(&super::context::actor()?).await
}

/// Signs one out in one browser.
#[server(prefix = "/sfn", endpoint = "end_session", output = Answer)]
pub async fn end_session(session: String) -> Result<(), ApiError> {
    let (sessions, actor) = (super::context::sessions()?, super::context::actor()?);
    sessions.end(&actor, &session).await?;
    super::context::lead_form_to("/account");
    Ok(())
}

/// Signs one out in all other browsers.
#[server(prefix = "/sfn", endpoint = "end_other_sessions", output = Answer)]
pub async fn end_other_sessions() -> Result<(), ApiError> {
    let (sessions, actor) = (super::context::sessions()?, super::context::actor()?);
    sessions.end_others(&actor, super::context::this_session().as_deref()).await?;
    super::context::lead_form_to("/account");
    Ok(())
}
