//! `/api/instances`: what runs for whom.

mod bulk;
mod create;
mod look;
mod operations;
mod password;
mod ports;
mod read;
mod register;
mod visits;

pub(super) use self::{
    bulk::not_too_many,
    create::{Launched, launched},
    operations::usual_minutes,
};

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use thon_core::{
    actor::Actor,
    capacity::{Surveyor, Who},
    clock::Nature,
    directory::Directory,
    editor_password::EditorPasswords,
    fleet::{Fleet, OwnedInstance},
    hosting::Hosting,
    sandboxes::Sandboxes,
    sharing::Sharing,
};
use thon_domain::{id::InstanceId, instance::State, live::QueuePlaces};
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{shapes::InstanceInfo, written::WrittenLists};
use crate::http::problem::Failed;

/// What instances are asked for.
#[derive(Clone)]
pub struct Instances {
    pub fleet: Fleet,
    pub directory: Directory,
    pub sandboxes: Sandboxes,
    pub surveyor: Surveyor,
    pub passwords: EditorPasswords,
    pub sharing: Sharing,
    pub hosting: Hosting,
    pub nature: Nature,
    pub lists: WrittenLists,
    /// Fires when the server gives way: nobody waits here any longer.
    pub leaving: CancellationToken,
}

impl Instances {
    /// An instance, with its place among those who wait for their start.
    pub(super) fn shown(&self, queue: &QueuePlaces, owned: OwnedInstance) -> InstanceInfo {
        let queue_position = queue.get(&owned.user.id).copied();
        InstanceInfo { queue_position, ..InstanceInfo::new(owned, self.fleet.addresses()) }
    }

    /// What to tell those who launch more than fits.
    ///
    /// It is asked before anything is written. A launch never fails for the lack of an answer.
    pub(super) async fn warning(&self, actor: &Actor, who: Who) -> Option<String> {
        match self.surveyor.warning(actor, who).await {
            Ok(warning) => warning.map(|warning| warning.sentence),
            Err(error) => {
                tracing::warn!(%error, "whether a launch fits is not known");
                None
            }
        }
    }

    /// The instance as it is, or as it has become after so many seconds.
    pub(super) async fn after(&self, actor: &Actor, id: InstanceId, wait: Wait) -> Result<InstanceInfo, Failed> {
        let arrived = self.fleet.arrived(actor, id, Duration::from_secs(wait.wait));
        let owned = match self.leaving.run_until_cancelled(arrived).await {
            Some(arrived) => arrived?,
            None => self.fleet.instance(actor, id).await?,
        };
        Ok(self.shown(&self.fleet.queue(actor), owned))
    }
}

/// The routes. Those that name no instance come first, so that `bulk` is never taken for an id.
pub fn api(instances: Arc<Instances>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(read::list, create::create))
        .routes(routes!(create::launch_missing))
        .routes(routes!(bulk::pause))
        .routes(routes!(bulk::resume))
        .routes(routes!(bulk::kill))
        .routes(routes!(bulk::terminate))
        .routes(routes!(bulk::recreate))
        .routes(routes!(bulk::renew))
        .routes(routes!(bulk::launch))
        .routes(routes!(register::bulk))
        .routes(routes!(read::one, operations::terminate))
        .routes(routes!(operations::pause))
        .routes(routes!(operations::resume))
        .routes(routes!(operations::recreate))
        .routes(routes!(operations::renew))
        .routes(routes!(register::one))
        .routes(routes!(look::logs))
        .routes(routes!(look::stats))
        .routes(routes!(look::disk))
        .routes(routes!(password::reveal))
        .routes(routes!(ports::list))
        .routes(routes!(ports::share, ports::unshare))
        .routes(routes!(visits::list))
        .routes(routes!(visits::ask_to_leave))
        .with_state(instances)
}

#[derive(Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wait {
    /// Holds the answer until the instance has arrived somewhere, at most so many seconds (up to 60).
    #[serde(default)]
    pub wait: u64,
}

/// The published word for what an instance is doing.
const fn word(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Running => "running",
        State::Pausing => "pausing",
        State::Paused => "paused",
        State::Resuming => "resuming",
        State::Stopping => "terminating",
        State::Terminated => "terminated",
        State::Failed => "failed",
    }
}
