//! The dashboard's router, and the layers that every request passes.
//!
//! From the outside in: request id, panics, headers, body limit, origin, session, closed by default.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use thon_core::{accounts::Accounts, clock::Nature, session::Sessions};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use super::{
    api::{groups, instances, sign_in_links, system},
    assets, health, identify, live, open, openapi, pages, requests, security, sessions, sign_in,
};

/// The largest request body, in bytes; a groups file is the largest thing that people send.
const MAX_BODY: usize = 2 << 20;

/// Everything that requests are answered with.
#[derive(Clone)]
pub struct Parts {
    pub nature: Nature,
    pub accounts: Accounts,
    pub sessions: Sessions,
    pub health: health::Health,
    pub instances: instances::Instances,
    pub groups: thon_core::directory::Directory,
    pub links: sign_in_links::Links,
    pub check: thon_core::check::Check,
    pub following: live::Following,
    pub open: open::Open,
    pub rooms: pages::Rooms,
}

/// All REST routes with their description.
pub fn api(parts: &Parts) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(health::api(parts.health.clone()))
        .merge(instances::api(parts.instances.clone()))
        .merge(groups::api(parts.groups.clone()))
        .merge(sign_in_links::api(parts.links.clone()))
        .merge(system::api(parts.check.clone()))
        .merge(live::api(parts.following.clone()))
}

/// The dashboard for browsers: who asks is told by a session.
pub fn dashboard(parts: Parts) -> Router {
    let (api, description) = openapi::described(api(&parts));
    let routes = api
        .merge(openapi::docs(description))
        .merge(health::router(parts.health))
        .merge(assets::router())
        .merge(sign_in::router(parts.accounts.clone()))
        .merge(open::router(parts.open))
        .merge(pages::router(parts.rooms));
    let guarded = routes
        .layer(from_fn(security::closed))
        .layer(from_fn_with_state(parts.accounts, identify::by_session))
        .layer(sessions::layer(parts.sessions, parts.nature.clone()))
        .layer(from_fn(identify::without_double_cookies))
        .layer(from_fn(security::same_origin))
        .layer(from_fn(security::headers));
    outermost(guarded, parts.nature)
}

/// The REST API for the operator's own commands: the socket's mode and the peer's uid are the proof.
pub fn socket(parts: Parts) -> Router {
    let (api, _) = openapi::described(api(&parts));
    let routes = api.merge(health::router(parts.health)).layer(from_fn(identify::as_operator));
    outermost(routes, parts.nature)
}

fn outermost(routes: Router, nature: Nature) -> Router {
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(nature, requests::identify))
}
