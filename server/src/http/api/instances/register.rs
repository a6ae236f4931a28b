//! Registering: the earlier THON let programs say whose a sandbox is.
//!
//! Here an instance is one user's from the first moment and for ever, so there is nothing left to write. What is so is
//! confirmed; what is not so is refused, with what to do instead.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use thon_core::{actor::Actor, error::Error, fleet::OwnedInstance};
use thon_domain::{
    id::InstanceId,
    name::{GroupName, UserName},
    problem::Problem,
};
use utoipa::ToSchema;

use super::{super::shapes::InstanceInfo, Instances, bulk::not_too_many};
use crate::http::{
    extract::{Body, Path},
    identify::Signed,
    problem,
    problem::Failed,
};

/// Whose an instance is believed to be; what is left out is not compared.
#[derive(Default, Deserialize, ToSchema)]
pub struct Claim {
    group: Option<GroupName>,
    username: Option<UserName>,
    port: Option<u16>,
}

impl Claim {
    fn compare(&self, owned: &OwnedInstance) -> Result<(), Error> {
        let group = self.group.as_ref().is_none_or(|group| group.folded() == owned.group.name.folded());
        let name = self.username.as_ref().is_none_or(|name| name.folded() == owned.user.name.folded());
        let port = self.port.is_none_or(|port| port == owned.instance.host_port);
        if group && name && port {
            return Ok(());
        }
        let (whose, port) = (label(owned), owned.instance.host_port);
        let what = format!("this instance is {whose}'s for ever, on port {port}");
        Err(Error::conflict(what, "Move the user to another group instead, or create the other user's instance."))
    }
}

fn label(owned: &OwnedInstance) -> String {
    format!("{}/{}", owned.group.name, owned.user.name)
}

async fn confirmed(
    instances: &Instances,
    actor: &Actor,
    id: InstanceId,
    claim: &Claim,
) -> Result<OwnedInstance, Error> {
    let owned = instances.fleet.instance(actor, id).await?;
    claim.compare(&owned)?;
    Ok(owned)
}

/// Confirms whose an instance is. It is one user's for ever, so anything else is a conflict.
#[utoipa::path(post, path = "/api/instances/{id}/register", tag = "instances", params(("id" = InstanceId, Path)),
    request_body = Claim, responses((status = 200, body = InstanceInfo), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn one(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Path(id): Path<InstanceId>,
    Body(claim): Body<Claim>,
) -> Result<Json<InstanceInfo>, Failed> {
    let owned = confirmed(&instances, &actor, id, &claim).await?;
    Ok(Json(instances.shown(&instances.fleet.queue(&actor), owned)))
}

/// Whose many instances are believed to be.
#[derive(Deserialize, ToSchema)]
pub struct Claims {
    /// At most 1000.
    mappings: Vec<Mapping>,
}

/// Whose one of many is believed to be.
#[derive(Deserialize, ToSchema)]
struct Mapping {
    /// The instance.
    sandbox_id: InstanceId,
    #[serde(flatten)]
    claim: Claim,
}

/// What is so of each.
#[derive(Serialize, ToSchema)]
pub struct Confirmations {
    results: Vec<Confirmation>,
}

/// What is so of one of many.
#[derive(Serialize, ToSchema)]
struct Confirmation {
    id: InstanceId,
    /// `registered` or `error`.
    status: &'static str,
    /// Whose it is, as `group/user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// Confirms whose many instances are.
#[utoipa::path(post, path = "/api/instances/bulk/register", tag = "instances", request_body = Claims, responses(
    (status = 200, body = Confirmations), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn bulk(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Body(Claims { mappings }): Body<Claims>,
) -> Result<Json<Confirmations>, Failed> {
    not_too_many("mappings", mappings.len())?;
    let mut results = Vec::with_capacity(mappings.len());
    for Mapping { sandbox_id: id, claim } in mappings {
        results.push(match confirmed(&instances, &actor, id, &claim).await {
            Ok(owned) => Confirmation { id, status: "registered", label: Some(label(&owned)), error: None },
            Err(error) => {
                problem::log(&error);
                Confirmation { id, status: "error", label: None, error: Some(error.problem()) }
            }
        });
    }
    Ok(Json(Confirmations { results }))
}
