//! A file of people: looked at before it is imported.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::id::DraftId;

use super::{codec::Answer, error::ApiError};

/// What importing a file would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftBoard {
    pub id: DraftId,
    /// For example `2 groups and 14 people are new, 1 is changed.`
    pub sentence: String,
    /// Whether there is anything to do.
    pub changes: bool,
    /// What else is so about the event: a new one, or another title.
    pub event: Vec<String>,
    /// Groups in which something is new or different.
    pub groups: Vec<DraftGroup>,
    /// What the file does not name, in a sentence; nothing when it names everything.
    pub missing: Option<String>,
}

/// A group in which something is new or different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftGroup {
    pub entry: DraftEntry,
    /// Those who are new or different.
    pub users: Vec<DraftEntry>,
    /// How many people of the file are there, just so.
    pub unchanged: usize,
}

/// A group or a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftEntry {
    pub name: String,
    pub mark: Mark,
    /// For example `email: none → a@example.org`.
    pub changes: Vec<String>,
}

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    New,
    Changed,
    Same,
}

/// Takes a file in and shows what it would do, in the event that was chosen unless it names another.
#[server(prefix = "/sfn", endpoint = "draft_import", output = Answer)]
pub async fn draft_import(text: String) -> Result<(), ApiError> {
    let (directory, looking) = (super::context::directory()?, super::context::looking(true).await?);
    let id = directory.draft(&looking.actor, &text, looking.event_id)?;
    super::context::lead_to(&format!("/groups/import?draft={id}"));
    Ok(())
}

/// Shows what importing a file would do now; nothing when it is not there any more.
#[server(name = ReadDraft, prefix = "/sfn", endpoint = "draft", input = GetUrl, output = Answer)]
pub async fn draft(id: DraftId) -> Result<Option<DraftBoard>, ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    super::context::draft_board(&directory, &actor, id).await
}

/// Imports a file that was looked at.
#[server(prefix = "/sfn", endpoint = "import_draft", output = Answer)]
pub async fn import_draft(draft: DraftId) -> Result<(), ApiError> {
    let (directory, actor) = (super::context::directory()?, super::context::actor()?);
    directory.import_draft(&actor, draft).await?;
    super::context::lead_to("/groups");
    Ok(())
}
