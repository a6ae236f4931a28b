//! The audit of everything that comes by HTTP: the one place that all routes pass, and that no handler has to think of.
//!
//! What is done is written with the transaction that does it, from the trail that is laid here. What was refused, or failed, is
//! told from the answer.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::Response,
};
use thon_core::audit::{self, Audit};
use thon_domain::{
    audit::{Deed, Outcome, Via},
    problem::Problem,
};
use thon_edge::Peer;
use thon_store::{Origin, Trail};

use super::requests::RequestId;

/// What is only asked for and does something nevertheless. A path that ends in `/` stands for all below it.
const DOING: &[&str] = &["/api/auth/callback/", "/open/", "/api/groups/export", "/api/audit/export"];

/// The longest address that is kept, in characters.
const MOST_CHARS: usize = 120;

/// Lays the trail of a request of the dashboard.
pub async fn from_outside(State(audit): State<Arc<Audit>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let rest = path.starts_with("/api/") && !path.starts_with("/api/auth/");
    followed(audit, if rest { Via::Api } else { Via::Page }, request, next).await
}

/// Lays the trail of a request of the operator's.
pub async fn from_operator(State(audit): State<Arc<Audit>>, request: Request, next: Next) -> Response {
    followed(audit, Via::CommandLine, request, next).await
}

async fn followed(audit: Arc<Audit>, via: Via, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path());
    let reads = is_reading(&method);
    let otherwise = (!reads || does_something(path)).then(|| otherwise(&method, path));
    let origin = Origin {
        via,
        address: request.extensions().get().map(|Peer(address)| address.ip()),
        request: request.extensions().get().map(|RequestId(id)| id.clone()),
    };
    let trail = Trail::new(origin);
    let answering = async {
        let response = next.run(request).await;
        if let Some(problem) = response.extensions().get::<Problem>() {
            audit::noted(problem);
        }
        response
    };
    let response = trail.clone().follow(answering).await;
    tell_by_status(&trail, response.status());
    // What is only asked for and went well stands there already, if it did anything.
    if let Some(otherwise) = otherwise.filter(|_| !reads || trail.course().failure.is_some())
        && let Err(error) = audit.ended(&trail, otherwise).await
    {
        tracing::error!(%error, "what was done cannot be written into the audit");
    }
    response
}

/// Has a page that says no tell of itself, where nobody said why.
fn tell_by_status(trail: &Trail, status: StatusCode) {
    let outcome = if status.is_server_error() { Outcome::Failed } else { Outcome::Refused };
    if (status.is_client_error() || status.is_server_error()) && trail.course().failure.is_none() {
        trail.ended_in(outcome, status.canonical_reason().unwrap_or_default().to_owned());
    }
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::CONNECT)
}

fn does_something(path: &str) -> bool {
    DOING.iter().any(|known| path == *known || (known.ends_with('/') && path.starts_with(*known)))
}

/// What a request is where the policy was not asked: people sign in and join before anybody knows who they are.
fn otherwise(method: &Method, path: &str) -> (Deed, String) {
    let deed = match path {
        "/sign-out" | "/api/auth/logout" => Deed::SignOut,
        "/join" => Deed::Join,
        _ if path.starts_with("/sign-in") || path.starts_with("/api/auth/") => Deed::SignIn,
        _ => Deed::Other,
    };
    let address: String = path.chars().take(MOST_CHARS).collect();
    (deed, if deed == Deed::Other { format!("{method} {address}") } else { String::new() })
}
