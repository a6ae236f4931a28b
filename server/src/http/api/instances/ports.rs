//! The ports inside a sandbox that others may come to, and saying who.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use thon_core::{actor::Actor, error::Error};
use thon_domain::{
    address::{Door, Doorway},
    id::InstanceId,
    problem::Problem,
    sharing::{Audience, InnerPort},
};
use utoipa::ToSchema;

use super::Instances;
use crate::http::{
    extract::{Body, Path},
    identify::Signed,
    problem::Failed,
};

/// The ports of an instance that others may come to. All others are for those who may open its editor.
#[derive(Serialize, ToSchema)]
pub struct PortList {
    id: InstanceId,
    /// The lowest first.
    ports: Vec<PortInfo>,
}

/// A port inside a sandbox that others may come to.
#[derive(Serialize, ToSchema)]
struct PortInfo {
    port: InnerPort,
    audience: Audience,
    /// Where to open it.
    url: String,
}

/// For whom a port shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// `owner` ends the sharing.
    audience: Audience,
}

/// Tells which ports inside a sandbox others may come to.
#[utoipa::path(get, path = "/api/instances/{id}/ports", tag = "instances", params(("id" = InstanceId, Path)),
    responses((status = 200, body = PortList), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
pub async fn list(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
) -> Result<Json<PortList>, Failed> {
    Ok(Json(shared(&instances, &actor, id).await?))
}

/// Says for whom a port inside a sandbox is. Whoever has it open and may not any more is cut at once.
///
/// For the owner and for those who run the event. The port of the editor itself is never shared.
#[utoipa::path(put, path = "/api/instances/{id}/ports/{port}", tag = "instances",
    params(("id" = InstanceId, Path), ("port" = u16, Path)), request_body = Share,
    responses((status = 200, body = PortList), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn share(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path((id, port)): Path<(InstanceId, u16)>,
    Body(Share { audience }): Body<Share>,
) -> Result<Json<PortList>, Failed> {
    instances.sharing.share(&actor, id, inner(port)?, audience).await?;
    Ok(Json(shared(&instances, &actor, id).await?))
}

/// Ends the sharing of a port inside a sandbox. One that is not shared is fine.
#[utoipa::path(delete, path = "/api/instances/{id}/ports/{port}", tag = "instances",
    params(("id" = InstanceId, Path), ("port" = u16, Path)),
    responses((status = 200, body = PortList), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn unshare(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path((id, port)): Path<(InstanceId, u16)>,
) -> Result<Json<PortList>, Failed> {
    instances.sharing.share(&actor, id, inner(port)?, Audience::Owner).await?;
    Ok(Json(shared(&instances, &actor, id).await?))
}

fn inner(port: u16) -> Result<InnerPort, Error> {
    Ok(port.try_into()?)
}

async fn shared(instances: &Instances, actor: &Actor, id: InstanceId) -> Result<PortList, Error> {
    let owned = instances.fleet.instance(actor, id).await?;
    let addresses = instances.fleet.addresses();
    let ports = owned.instance.shared_ports.iter().map(|shared| {
        let doorway = Doorway { slug: owned.user.slug.clone(), door: Door::Port(shared.port.number()) };
        let url = addresses.url(&doorway, owned.instance.public_port);
        PortInfo { port: shared.port, audience: shared.audience, url }
    });
    Ok(PortList { id, ports: ports.collect() })
}
