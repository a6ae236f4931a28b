//! Starting instances: one user's, or those of everybody who has none.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use serde::{Deserialize, Serialize};
use thon_core::{
    actor::Actor,
    capacity::Who,
    error::Error,
    fleet::{LaunchChoice, LaunchInstance},
};
use thon_domain::{
    id::{GroupId, JobId, UserId},
    name::{GroupName, UserName},
    problem::{FieldError, Problem},
    user::User,
};
use utoipa::ToSchema;

use super::{super::shapes::InstanceInfo, Instances, Wait};
use crate::http::{
    extract::{Body, Query},
    identify::Signed,
    problem::Failed,
};

/// The longest idempotency key, in bytes.
const MAX_KEY_BYTES: usize = 200;

/// Whose instance to start, by id or by names.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInstance {
    user_id: Option<UserId>,
    /// `default` when neither it nor `user_id` is given.
    group: Option<GroupName>,
    /// `workspace` when neither it nor `user_id` is given.
    username: Option<UserName>,
    /// How long it may run, 0 for ever; only organizers may choose.
    timeout_minutes: Option<u32>,
    /// Whether the editor asks the person for a password, also where `vscode.secure` does not make all of them ask.
    #[serde(default)]
    secure: bool,
    /// Whether nothing shall outlive the sandbox: no volume is mounted, and the files go with it.
    #[serde(default)]
    ephemeral: bool,
    /// Not to be chosen: each instance gets a port of its own, for life.
    port: Option<u16>,
    /// Not to be chosen.
    #[serde(default)]
    env: BTreeMap<String, String>,
}

impl CreateInstance {
    /// Refuses what would otherwise be passed over in silence.
    fn refuse_what_is_not_done(&self) -> Result<(), Error> {
        let names = self.group.is_some() || self.username.is_some();
        let checks = [
            ("port", self.port.is_some(), "each instance gets a port of its own, for life: leave it out"),
            ("env", !self.env.is_empty(), "variables of single instances are not supported: leave it out"),
            ("user_id", self.user_id.is_some() && names, "give either user_id, or group and username"),
        ];
        let wrong = checks.into_iter().filter(|(_, is_wrong, _)| *is_wrong);
        let fields: Vec<_> =
            wrong.map(|(field, _, why)| FieldError { field: field.to_owned(), message: why.to_owned() }).collect();
        if fields.is_empty() {
            return Ok(());
        }
        Err(Error::Invalid { what: "an instance cannot be created like this".to_owned(), fields })
    }

    async fn user(self, instances: &Instances, actor: &Actor) -> Result<User, Error> {
        if let Some(id) = self.user_id {
            return instances.directory.user(actor, id).await;
        }
        let wrong = |what: String| Error::Invalid { what, fields: Vec::new() };
        let group = self.group.map_or_else(|| GroupName::new("default"), Ok).map_err(|e| wrong(e.to_string()))?;
        let name = self.username.map_or_else(|| "workspace".parse(), Ok).map_err(|e| wrong(e.to_string()))?;
        instances.directory.user_named(actor, group, name).await
    }
}

/// The `Idempotency-Key` header, where there is one.
pub struct IdempotencyKey(Option<String>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failed> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default();
        if (1..=MAX_KEY_BYTES).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_graphic()) {
            return Ok(Self(Some(text.to_owned())));
        }
        let what = format!("an Idempotency-Key has 1 to {MAX_KEY_BYTES} visible ASCII characters");
        Err(Error::Invalid { what, fields: Vec::new() }.into())
    }
}

/// Starts a user's instance. The answer tells what is so: `Pending`, or what became of it while waiting.
///
/// With an `Idempotency-Key`, asking again under the same key within 24 hours gives the same instance instead of a conflict.
#[utoipa::path(post, path = "/api/instances", tag = "instances", params(Wait,
    ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = CreateInstance, responses(
    (status = 201, body = InstanceInfo), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Query(wait): Query<Wait>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(asked): Body<CreateInstance>,
) -> Result<(StatusCode, Json<InstanceInfo>), Failed> {
    asked.refuse_what_is_not_done()?;
    let CreateInstance { timeout_minutes, secure, ephemeral, .. } = asked;
    let user = asked.user(&instances, &actor).await?.id;
    let choice = LaunchChoice { timeout_minutes, secure, ephemeral };
    let wish = LaunchInstance { user, choice, idempotency_key };
    let instance = instances.fleet.launch_with(&actor, wish).await?;
    Ok((StatusCode::CREATED, Json(instances.after(&actor, instance.id, wait).await?)))
}

/// Whose missing instances to start.
#[derive(Default, Deserialize, ToSchema)]
pub struct LaunchMissing {
    /// Everybody's, when no group is named.
    group: Option<GroupName>,
    /// Whether the editors ask for passwords, also where `vscode.secure` does not make all of them ask.
    #[serde(default)]
    secure: bool,
    /// Whether nothing shall outlive the sandboxes: no volumes are mounted, and the files go with them.
    #[serde(default)]
    ephemeral: bool,
}

/// The instances that were asked for.
#[derive(Serialize, ToSchema)]
pub struct Launched {
    pub instances: Vec<InstanceInfo>,
    /// The job that tells how far they are; not there when everybody had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// That they do not all fit, in a sentence with numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// Starts the instance of everybody who has none.
#[utoipa::path(post, path = "/api/instances/launch-missing", tag = "instances", request_body = LaunchMissing, responses(
    (status = 202, body = Launched), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn launch_missing(
    State(instances): State<Arc<Instances>>,
    Signed(actor): Signed,
    Body(asked): Body<LaunchMissing>,
) -> Result<(StatusCode, Json<Launched>), Failed> {
    let group = match asked.group {
        Some(name) => Some(instances.directory.group_named(&actor, name).await?.id),
        None => None,
    };
    let choice = LaunchChoice { timeout_minutes: None, secure: asked.secure, ephemeral: asked.ephemeral };
    Ok((StatusCode::ACCEPTED, Json(launched(&instances, &actor, (group, choice)).await?)))
}

/// Starts the instance of everybody in a group, or of everybody, who has none.
///
/// # Errors
/// As `Fleet::launch_missing`.
pub async fn launched(
    instances: &Instances,
    actor: &Actor,
    (group, choice): (Option<GroupId>, LaunchChoice),
) -> Result<Launched, Failed> {
    let warning = instances.warning(actor, group.map_or(Who::Everybody, Who::Group)).await;
    let many = instances.fleet.launch_missing_with(actor, group, choice).await?;
    let queue = instances.fleet.queue(actor);
    let mut shown = Vec::with_capacity(many.each.len());
    for launched in many.each {
        shown.push(instances.shown(&queue, instances.fleet.instance(actor, launched.id).await?));
    }
    Ok(Launched { instances: shown, job_id: many.job, warning })
}
