//! `/api/settings`: what may be changed while THON runs. `/api/instances/settings/{key}` is the same under its older name.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use thon_core::settings::{Setting, Settings, Values};
use thon_domain::problem::Problem;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    extract::{Body, Path},
    identify::Signed,
    problem::Failed,
};

pub fn api(settings: Settings) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list, set_several)).routes(routes!(one, set_one)).with_state(settings)
}

/// A setting.
#[derive(Serialize, ToSchema)]
struct SettingInfo {
    /// As it was asked for; in lists as in `thon.yaml`.
    key: String,
    /// What counts from the next start on; `null` when nothing does.
    value: Option<String>,
    /// What this run works with.
    in_force: Option<String>,
    /// Whether this run works with another value than the next will.
    needs_restart: bool,
    /// Where the value in force was set, for example `default`, `database` or `/root/.thon/thon.yaml:12`.
    origin: String,
    /// Whether `origin` fixes it, so that it cannot be set here.
    locked: bool,
    /// Whether anything depends on it yet.
    has_effect: bool,
    default: Option<String>,
    /// What may be written, in words.
    takes: String,
    about: String,
}

impl From<Setting> for SettingInfo {
    fn from(setting: Setting) -> Self {
        let needs_restart = setting.needs_restart();
        let Setting { allowed, value } = setting;
        Self {
            key: allowed.key,
            value,
            in_force: allowed.in_force,
            needs_restart,
            origin: allowed.origin,
            locked: allowed.is_fixed,
            has_effect: allowed.has_effect,
            default: allowed.default,
            takes: allowed.takes,
            about: allowed.about.to_owned(),
        }
    }
}

/// All settings.
#[derive(Serialize, ToSchema)]
struct SettingsList {
    settings: Vec<SettingInfo>,
}

impl From<Vec<Setting>> for SettingsList {
    fn from(settings: Vec<Setting>) -> Self {
        Self { settings: settings.into_iter().map(SettingInfo::from).collect() }
    }
}

/// Values by key; an empty one gives the key back to its default.
#[derive(Deserialize, ToSchema)]
struct SetSettings {
    settings: Values,
}

/// A value; an empty one gives the key back to its default. A `key` beside it is not looked at.
#[derive(Deserialize, ToSchema)]
struct SetSetting {
    value: String,
}

/// Lists all settings with their values and what fixes them.
#[utoipa::path(get, path = "/api/settings", tag = "settings", responses(
    (status = 200, body = SettingsList), (status = 403, body = Problem)))]
async fn list(State(settings): State<Settings>, Signed(actor): Signed) -> Result<Json<SettingsList>, Failed> {
    Ok(Json(settings.all(&actor).await?.into()))
}

/// Sets several at once, or none of them when one is refused.
#[utoipa::path(put, path = "/api/settings", tag = "settings", request_body = SetSettings, responses(
    (status = 200, body = SettingsList), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn set_several(
    State(settings): State<Settings>,
    Signed(actor): Signed,
    Body(change): Body<SetSettings>,
) -> Result<Json<SettingsList>, Failed> {
    Ok(Json(settings.set(&actor, change.settings).await?.into()))
}

/// Tells one setting.
#[utoipa::path(get, path = "/api/instances/settings/{key}", tag = "settings", params(("key" = String, Path)), responses(
    (status = 200, body = SettingInfo), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn one(
    State(settings): State<Settings>,
    Signed(actor): Signed,
    Path(key): Path<String>,
) -> Result<Json<SettingInfo>, Failed> {
    let setting = settings.one(&actor, &key).await?;
    Ok(Json(SettingInfo { key, ..setting.into() }))
}

/// Sets one setting.
#[utoipa::path(put, path = "/api/instances/settings/{key}", tag = "settings", params(("key" = String, Path)),
    request_body = SetSetting, responses(
    (status = 200, body = SettingInfo), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn set_one(
    State(settings): State<Settings>,
    Signed(actor): Signed,
    Path(key): Path<String>,
    Body(change): Body<SetSetting>,
) -> Result<Json<SettingInfo>, Failed> {
    settings.set(&actor, Values::from([(key.clone(), change.value)])).await?;
    let setting = settings.one(&actor, &key).await?;
    Ok(Json(SettingInfo { key, ..setting.into() }))
}
