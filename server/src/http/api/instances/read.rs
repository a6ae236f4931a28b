//! Listing instances, and one of them. Never changes anything.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::{Deserialize, Serialize};
use thon_core::{actor::Actor, fleet::PageFilter};
use thon_domain::{id::InstanceId, instance, live::QueuePlaces, name::GroupName, page::PageRequest, problem::Problem};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        paging::page_of,
        shapes::InstanceInfo,
        written::{Question, Written},
    },
    Instances, Wait,
};
use crate::http::{
    extract::{Path, Query},
    identify::Signed,
    problem::Failed,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
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
pub struct InstanceList {
    instances: Vec<InstanceInfo>,
    /// How many there are on all pages.
    total: u64,
    page: u32,
    page_size: u32,
}

/// Lists the instances that the caller may see. Never changes anything.
#[utoipa::path(get, path = "/api/instances", tag = "instances", params(ListQuery), responses(
    (status = 200, body = InstanceList), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    RawQuery(asked): RawQuery,
    Query(query): Query<ListQuery>,
) -> Result<Written, Failed> {
    let page = page_of(query.page, query.page_size)?;
    let queue = instances.fleet.queue(&actor);
    let question = Question { list: "instances", query: asked, sight: actor.sight() };
    // Places in the queue are the one thing in the list that changes without the database.
    let is_kept = queue.is_empty();
    let found = written(&instances, &actor, query, (page, queue));
    if is_kept { instances.lists.answer(question, found).await } else { found.await }
}

async fn written(
    instances: &Instances,
    actor: &Actor,
    query: ListQuery,
    (page, queue): (PageRequest, QueuePlaces),
) -> Result<Written, Failed> {
    let group = match query.group {
        Some(name) => Some(instances.directory.group_named(actor, name).await?.id),
        None => None,
    };
    let found = instances.fleet.page(actor, PageFilter { states: query.state, group }, page).await?;
    let shown = found.instances.into_iter().map(|owned| instances.shown(&queue, owned)).collect();
    let PageRequest { page, page_size } = page;
    Written::new(&InstanceList { instances: shown, total: found.total, page, page_size }, found.total)
}

/// Tells about one instance.
#[utoipa::path(get, path = "/api/instances/{id}", tag = "instances", params(("id" = InstanceId, Path), Wait), responses(
    (status = 200, body = InstanceInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
pub async fn one(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Query(wait): Query<Wait>,
) -> Result<Json<InstanceInfo>, Failed> {
    Ok(Json(instances.after(&actor, id, wait).await?))
}
