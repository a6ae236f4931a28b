//! `/api/nginx`: the nginx in front, how it stands, and bringing it in line.

use std::net::IpAddr;

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use thon_core::{error::Error, outer_proxy::OuterProxy, port::proxy::Outside};
use thon_domain::problem::Problem;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{identify::Signed, problem::Failed};

/// What is asked of nginx.
#[derive(Clone)]
pub struct Nginx {
    pub outer_proxy: OuterProxy,
    pub external_ip: Option<IpAddr>,
}

pub fn api(nginx: Nginx) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(sync))
        .routes(routes!(refresh))
        .routes(routes!(cleanup))
        .with_state(nginx)
}

/// How the nginx in front stands.
#[derive(Serialize, ToSchema)]
struct NginxStatus {
    /// Whether nginx stands in front (`nginx.enabled`) and is installed.
    available: bool,
    /// The address under which the machine is reached, or nothing.
    external_ip: String,
    /// Whether there is a certificate that nginx can show.
    ssl_configured: bool,
    /// The ports of sandboxes that nginx leads to by itself.
    ports: Vec<u16>,
    /// Where THON's file for nginx is; nothing when nginx does not stand in front.
    config_path: String,
    /// What nginx does, for example `front`.
    mode: Option<&'static str>,
    /// For example `1.22.1`.
    version: Option<String>,
    /// Whether nginx runs with what it should.
    in_line: bool,
    /// Why not.
    trouble: Option<String>,
    /// THON's files that nginx reads.
    files: Vec<String>,
    /// How often nginx was told to take something new since THON started.
    reloads: u64,
}

/// What was done.
#[derive(Serialize, ToSchema)]
struct NginxDone {
    /// `refreshed` or `cleaned_up`.
    status: &'static str,
    /// The ports of sandboxes that nginx leads to by itself.
    ports: Vec<u16>,
}

impl NginxStatus {
    fn new(outside: Option<Outside>, external_ip: Option<IpAddr>) -> Self {
        let mode = outside.as_ref().map(|outside| outside.form);
        let outside = outside.unwrap_or_default();
        Self {
            available: outside.version.is_some(),
            external_ip: external_ip.map(|address| address.to_string()).unwrap_or_default(),
            ssl_configured: outside.has_certificate,
            ports: outside.ports,
            config_path: outside.path.display().to_string(),
            mode,
            version: outside.version,
            in_line: outside.in_line,
            trouble: outside.trouble,
            files: outside.files.iter().map(|file| file.display().to_string()).collect(),
            reloads: outside.reloads,
        }
    }
}

/// Tells how the nginx in front stands.
#[utoipa::path(get, path = "/api/nginx/status", tag = "system", responses(
    (status = 200, body = NginxStatus), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn status(State(nginx): State<Nginx>, Signed(actor): Signed) -> Result<Json<NginxStatus>, Failed> {
    let outside = nginx.outer_proxy.status(&actor).await?;
    Ok(Json(NginxStatus::new(outside, nginx.external_ip)))
}

/// Has nginx take what it should have, now, and keeps it so.
#[utoipa::path(post, path = "/api/nginx/sync", tag = "system", responses(
    (status = 200, body = NginxDone), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn sync(State(nginx): State<Nginx>, Signed(actor): Signed) -> Result<Json<NginxDone>, Failed> {
    let done = nginx.outer_proxy.sync(&actor).await.map_err(refused)?;
    Ok(Json(NginxDone { status: "refreshed", ports: done.ports }))
}

/// The same as `/api/nginx/sync`.
#[utoipa::path(post, path = "/api/nginx/refresh", tag = "system", responses(
    (status = 200, body = NginxDone), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn refresh(nginx: State<Nginx>, signed: Signed) -> Result<Json<NginxDone>, Failed> {
    sync(nginx, signed).await
}

/// Takes THON's files away from nginx, until somebody syncs or THON starts again.
#[utoipa::path(post, path = "/api/nginx/cleanup", tag = "system", responses(
    (status = 200, body = NginxDone), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn cleanup(State(nginx): State<Nginx>, Signed(actor): Signed) -> Result<Json<NginxDone>, Failed> {
    let done = nginx.outer_proxy.clear(&actor).await.map_err(refused)?;
    Ok(Json(NginxDone { status: "cleaned_up", ports: done.ports }))
}

/// That nothing stands in front was always told by 400.
fn refused(error: Error) -> Failed {
    let is_absent = matches!(error, Error::Unsupported { .. });
    let failed = Failed::from(error);
    if is_absent { failed.with_status(StatusCode::BAD_REQUEST) } else { failed }
}
