//! Whether THON is alive, whether it can work, and which THON it is.

use std::sync::Arc;

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Serialize;
use thon_core::{directory::Directory, port::runtime::SandboxRuntime};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What is asked for health.
#[derive(Clone)]
pub struct Health {
    pub runtime: Arc<dyn SandboxRuntime>,
    pub directory: Directory,
}

/// Liveness and readiness, for whoever watches over the process.
pub fn router(health: Health) -> Router {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready)).with_state(health)
}

pub fn api(health: Health) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(version)).with_state(health)
}

/// Which THON this is, and what runs its sandboxes.
#[derive(Serialize, ToSchema)]
struct Version {
    /// For example `0.1.0`.
    version: &'static str,
    /// `docker` or `simulated`.
    runtime: &'static str,
}

/// Tells the version and the sandbox runtime.
#[utoipa::path(get, path = "/api/version", tag = "system", responses((status = 200, body = Version)))]
async fn version(State(health): State<Health>) -> Json<Version> {
    Json(Version { version: env!("CARGO_PKG_VERSION"), runtime: health.runtime.name() })
}

/// Ready when both the database and the runtime answer. Says which one does not, not why: anybody may ask.
async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if health.directory.events().await.is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n");
    }
    match health.runtime.check().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the sandbox runtime is not ready\n")
        }
    }
}
