//! Reading the fleet: what a page starts from, before the live stream takes over.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{
    event::EventSize,
    id::EventId,
    live::{FleetView, QueuePlaces},
};

use super::{codec::Answer, error::ApiError};

/// The fleet and the moment of looking, so that server and browser begin with the same "so far".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub now: DateTime<Utc>,
    pub view: FleetView,
    /// Who waits for their start.
    pub queue: QueuePlaces,
    pub choice: Choice,
}

/// Between which events the viewer may choose, and which one they chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Nothing when it is all of theirs.
    pub chosen: Option<EventId>,
    /// The current events that they run, with how much is in each at the moment of looking.
    pub events: BTreeMap<EventId, EventSize>,
    /// Whether every other that comes is theirs to run, too.
    pub all: bool,
    /// Whether the page shows everything, whatever they chose.
    pub whole: bool,
}

/// Shows the fleet as far as the viewer may see it, in the event that they chose; `whole`, whatever they chose.
#[server(name = ReadFleet, prefix = "/sfn", endpoint = "fleet_view", input = GetUrl, output = Answer)]
pub async fn fleet_view(#[server(default)] whole: bool) -> Result<Snapshot, ApiError> {
    use thon_core::clock::{Clock, SystemClock};

    use super::context::Looking;
    let (fleet, Looking { actor, choice, .. }) = (super::context::fleet()?, super::context::looking(whole).await?);
    let view = fleet.view(&actor).await?;
    Ok(Snapshot { now: SystemClock.now(), view, queue: fleet.queue(&actor), choice })
}

/// Chooses the event that the pages of this browser show, or all of them.
#[server(prefix = "/sfn", endpoint = "choose_event", output = Answer)]
pub async fn choose_event(event: Option<EventId>) -> Result<(), ApiError> {
    super::context::actor()?.may(thon_core::actor::Action::SeeFleet)?;
    super::context::keep_choice(event);
    Ok(())
}
