//! Visits: who is in one's editor, and asking them to leave.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{
    id::{InstanceId, UserId, VisitId},
    visit::{Farewell, Visit},
};

use super::{codec::Answer, error::ApiError};

/// The visits at the editors that are the viewer's own, the newest of each first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnVisits(pub Vec<(UserId, Vec<Visit>)>);

impl OwnVisits {
    /// Those at one editor.
    pub fn of(self, user: UserId) -> Vec<Visit> {
        self.0.into_iter().find(|(whose, _)| *whose == user).map(|(_, visits)| visits).unwrap_or_default()
    }
}

/// Tells who visits the viewer's editors, and who did lately.
#[server(name = ReadOwnVisits, prefix = "/sfn", endpoint = "own_visits", input = GetUrl, output = Answer)]
pub async fn own_visits() -> Result<OwnVisits, ApiError> {
    let (hosting, actor) = (super::context::hosting()?, super::context::actor()?);
    Ok(OwnVisits(hosting.own(&actor).await?))
}

/// Asks a visitor to leave; what they have open is cut at once.
#[server(prefix = "/sfn", endpoint = "ask_to_leave", output = Answer)]
pub async fn ask_to_leave(instance: InstanceId, visit: VisitId) -> Result<(), ApiError> {
    let (hosting, actor) = (super::context::hosting()?, super::context::actor()?);
    hosting.ask_to_leave(&actor, instance, visit).await?;
    super::context::lead_form_back();
    Ok(())
}

/// Tells whoever comes to an editor again that they were asked to leave it. What is no editor was left by nobody.
#[server(name = ReadFarewell, prefix = "/sfn", endpoint = "farewell", input = GetUrl, output = Answer)]
pub async fn farewell(label: String) -> Result<Option<Farewell>, ApiError> {
    let (hosting, actor) = (super::context::hosting()?, super::context::actor()?);
    let Ok(doorway) = label.parse() else { return Ok(None) };
    Ok(hosting.farewell(&actor, doorway).await?)
}
