//! Reading the fleet: what a page starts from, before the live stream takes over.

use chrono::{DateTime, Utc};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::live::{FleetView, QueuePlaces};

use super::{codec::Answer, error::ApiError};

/// The fleet and the moment of looking, so that server and browser begin with the same "so far".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub now: DateTime<Utc>,
    pub view: FleetView,
    /// Who waits for their start.
    pub queue: QueuePlaces,
}

/// Shows the fleet as far as the viewer may see it.
#[server(name = ReadFleet, prefix = "/sfn", endpoint = "fleet_view", input = GetUrl, output = Answer)]
pub async fn fleet_view() -> Result<Snapshot, ApiError> {
    use thon_core::clock::{Clock, SystemClock};
    let (fleet, actor) = (super::context::fleet()?, super::context::actor()?);
    let view = fleet.view(&actor).await?;
    Ok(Snapshot { now: SystemClock.now(), view, queue: fleet.queue(&actor) })
}
