//! `/api/instances`: what runs for whom.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use thon_core::{
    actor::Actor,
    directory::Directory,
    fleet::{Fleet, PageFilter},
};
use thon_domain::{
    id::InstanceId,
    instance,
    name::{GroupName, UserName},
    problem::Problem,
};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{paging::page_of, shapes::InstanceInfo};
use crate::http::{
    extract::{Body, Path, Query},
    identify::Signed,
    problem::Failed,
};

/// What instances are asked for.
#[derive(Clone)]
pub struct Instances {
    pub fleet: Fleet,
    pub directory: Directory,
    /// Fires when the server gives way: nobody waits here any longer.
    pub leaving: CancellationToken,
}

impl Instances {
    pub(super) fn shown(&self, owned: thon_core::fleet::OwnedInstance) -> InstanceInfo {
        InstanceInfo::new(owned, self.fleet.addresses())
    }

    /// The instance as it is, or as it has become after so many seconds.
    async fn after(&self, actor: &Actor, id: InstanceId, wait: Wait) -> Result<InstanceInfo, Failed> {
        let arrived = self.fleet.arrived(actor, id, Duration::from_secs(wait.wait));
        let owned = match self.leaving.run_until_cancelled(arrived).await {
            Some(arrived) => arrived?,
            None => self.fleet.instance(actor, id).await?,
        };
        Ok(self.shown(owned))
    }
}

pub fn api(instances: Instances) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(launch_missing))
        .routes(routes!(one, terminate))
        .with_state(instances)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only instances in one of these states. May be given several times.
    #[serde(default)]
    state: Vec<instance::State>,
    /// Only instances of the group with this name.
    group: Option<GroupName>,
    /// From 1.
    page: Option<u32>,
    /// 1 to 200, 50 when it is not given.
    page_size: Option<u32>,
}

/// A page of instances.
#[derive(Serialize, ToSchema)]
struct InstanceList {
    instances: Vec<InstanceInfo>,
    /// How many there are on all pages.
    total: u64,
    page: u32,
    page_size: u32,
}

/// Lists the instances that the caller may see. Never changes anything.
#[utoipa::path(get, path = "/api/instances", tag = "instances", params(ListQuery), responses(
    (status = 200, body = InstanceList), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(instances): State<Instances>,
    Signed(actor): Signed,
    Query(query): Query<ListQuery>,
) -> Result<Json<InstanceList>, Failed> {
    let page = page_of(query.page, query.page_size)?;
    let group = match query.group {
        Some(name) => Some(instances.directory.group_named(&actor, name).await?.id),
        None => None,
    };
    let found = instances.fleet.page(&actor, PageFilter { states: query.state, group }, page).await?;
    let shown = found.instances.into_iter().map(|owned| instances.shown(owned)).collect();
    Ok(Json(InstanceList { instances: shown, total: found.total, page: page.page, page_size: page.page_size }))
}

/// Whose instance to start.
#[derive(Deserialize, ToSchema)]
struct CreateInstance {
    group: GroupName,
    username: UserName,
}

#[derive(Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wait {
    /// Holds the answer until the instance has arrived somewhere, at most so many seconds (up to 60).
    #[serde(default)]
    pub wait: u64,
}

/// Starts a user's instance. The answer tells what is so: `Pending`, or what became of it while waiting.
#[utoipa::path(post, path = "/api/instances", tag = "instances", params(Wait), request_body = CreateInstance, responses(
    (status = 201, body = InstanceInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(instances): State<Instances>,
    Signed(actor): Signed,
    Query(wait): Query<Wait>,
    Body(asked): Body<CreateInstance>,
) -> Result<(StatusCode, Json<InstanceInfo>), Failed> {
    let user = instances.directory.user_named(&actor, asked.group, asked.username).await?;
    let instance = instances.fleet.launch(&actor, user.id).await?;
    Ok((StatusCode::CREATED, Json(instances.after(&actor, instance.id, wait).await?)))
}

/// Whose missing instances to start.
#[derive(Default, Deserialize, ToSchema)]
struct LaunchMissing {
    /// Everybody's, when no group is named.
    group: Option<GroupName>,
}

/// The instances that were asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct Launched {
    pub instances: Vec<InstanceInfo>,
}

/// Starts the instance of everybody who has none.
#[utoipa::path(post, path = "/api/instances/launch-missing", tag = "instances", request_body = LaunchMissing, responses(
    (status = 202, body = Launched), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn launch_missing(
    State(instances): State<Instances>,
    Signed(actor): Signed,
    Body(asked): Body<LaunchMissing>,
) -> Result<(StatusCode, Json<Launched>), Failed> {
    let group = match asked.group {
        Some(name) => Some(instances.directory.group_named(&actor, name).await?.id),
        None => None,
    };
    let mut shown = Vec::new();
    for launched in instances.fleet.launch_missing(&actor, group).await? {
        shown.push(instances.shown(instances.fleet.instance(&actor, launched.id).await?));
    }
    Ok((StatusCode::ACCEPTED, Json(Launched { instances: shown })))
}

/// Tells about one instance.
#[utoipa::path(get, path = "/api/instances/{id}", tag = "instances", params(("id" = InstanceId, Path), Wait), responses(
    (status = 200, body = InstanceInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn one(
    State(instances): State<Instances>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(wait): Query<Wait>,
) -> Result<Json<InstanceInfo>, Failed> {
    Ok(Json(instances.after(&actor, id, wait).await?))
}

/// What became of a request to end an instance.
#[derive(Serialize, ToSchema)]
struct Terminating {
    /// `terminating`, or `terminated` when it is gone already.
    status: &'static str,
    id: InstanceId,
}

/// Ends an instance. Its files stay. Asking again is fine.
#[utoipa::path(delete, path = "/api/instances/{id}", tag = "instances", params(("id" = InstanceId, Path), Wait),
    responses((status = 200, body = Terminating), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn terminate(
    State(instances): State<Instances>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(wait): Query<Wait>,
) -> Result<Json<Terminating>, Failed> {
    instances.fleet.terminate(&actor, id).await?;
    let now = instances.after(&actor, id, wait).await?;
    let gone = now.state == instance::State::Terminated;
    Ok(Json(Terminating { status: if gone { "terminated" } else { "terminating" }, id }))
}
