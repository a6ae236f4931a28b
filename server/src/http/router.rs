//! The dashboard's router, and the layers that every request passes.
//!
//! From the outside in: request id, panics, body limit, headers, audit, token, origin, session, closed by default.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{DefaultBodyLimit, Request},
    http::{Method, StatusCode},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use http_body_util::Limited;
use thon_core::{accounts::Accounts, audit::Audit, clock::Nature, session::Sessions, tokens::Tokens};
use thon_domain::problem::ProblemCode;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use super::{
    api::{
        self, arrivals, audit, auth, events, grants, groups, instances, jobs, join_codes, settings, sign_in_links,
        system, tokens, users,
    },
    assets, audited, certificates, health, identify, inward, join, live, open, openapi, pages,
    problem::Failed,
    requests,
    restart::{self, Restarts},
    security, sessions, sign_in, sources,
};
use crate::lifecycle::work::{self, Work};

/// The largest request body, in bytes; a groups file is the largest thing that people send.
pub const MAX_BODY: usize = 2 << 20;

/// Everything that requests are answered with.
///
/// A layer clones all that is below it, for each request anew, so what most requests pass is shared as a whole.
#[derive(Clone)]
pub struct Parts {
    pub nature: Nature,
    pub accounts: Accounts,
    pub audit: Arc<Audit>,
    pub auth: auth::Auth,
    pub sessions: Sessions,
    pub tokens: Tokens,
    pub health: health::Health,
    pub instances: Arc<instances::Instances>,
    pub groups: thon_core::directory::Directory,
    pub settings: thon_core::settings::Settings,
    pub links: sign_in_links::Links,
    pub grants: grants::Grants,
    pub codes: join_codes::Codes,
    pub system: system::System,
    pub nginx: api::nginx::Nginx,
    pub proofs: certificates::Proofs,
    pub following: live::Following,
    pub open: open::Open,
    pub rooms: pages::Rooms,
    pub work: Arc<Work>,
}

/// All REST routes with their description.
pub fn api(parts: &Parts) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(health::api(parts.health.clone()))
        .merge(instances::api(parts.instances.clone()))
        .merge(jobs::api(parts.instances.clone()))
        .merge(events::api(parts.groups.clone()))
        .merge(groups::api(parts.instances.clone()))
        .merge(users::api(parts.instances.clone()))
        .merge(sign_in_links::api(parts.links.clone()))
        .merge(grants::api(parts.grants.clone()))
        .merge(join_codes::api(parts.codes.clone()))
        .merge(arrivals::api(parts.codes.joining.clone()))
        .merge(tokens::api(parts.tokens.clone()))
        .merge(api::sessions::api(parts.sessions.clone()))
        .merge(settings::api(parts.settings.clone()))
        .merge(audit::api(parts.audit.clone()))
        .merge(system::api(parts.system.clone()))
        .merge(api::certificates::api(parts.proofs.certificates.clone()))
        .merge(api::nginx::api(parts.nginx.clone()))
        .merge(live::api(parts.following.clone()))
}

/// The dashboard for browsers: who asks is told by a session.
pub fn dashboard(parts: Parts) -> Router {
    let (api, description) = openapi::described(api(&parts).merge(auth::api(parts.auth.clone())));
    let (rooms, fleet) = (parts.rooms.clone(), Arc::new(parts.rooms.fleet.clone()));
    let routes =
        api.merge(openapi::docs(description))
            .merge(health::router(parts.health))
            .merge(assets::router())
            .merge(certificates::router(parts.proofs.clone()))
            .merge(sign_in::router(parts.accounts.clone(), parts.auth.crowd.clone()))
            .merge(join::router(parts.codes.joining.clone()))
            .merge(open::router(parts.open))
            .merge(pages::router(parts.rooms))
            .fallback(async |request: Request| {
                if security::wants_page(&request) { pages::rendered(rooms, request).await } else { nothing_here() }
            })
            .method_not_allowed_fallback(wrong_method);
    let known = Arc::new(identify::Known {
        accounts: parts.accounts,
        tokens: parts.tokens,
        sign_in: parts.auth.sign_in,
        nature: parts.nature.clone(),
    });
    let guarded = routes
        .layer(from_fn_with_state(fleet, sources::find))
        .layer(from_fn(security::closed))
        .layer(from_fn_with_state(known.clone(), identify::by_session))
        .layer(sessions::layer(parts.sessions, parts.nature.clone()))
        .layer(from_fn(sessions::own_cookies))
        .layer(from_fn(security::same_origin))
        .layer(from_fn_with_state(known, identify::by_token))
        .layer(from_fn_with_state(parts.audit, audited::from_outside))
        .layer(from_fn(security::headers));
    outermost(guarded.layer(from_fn_with_state(parts.work, work::counted)), parts.nature)
}

/// The REST API for the operator's own commands: the socket's mode and the peer's uid are the proof.
pub fn socket(parts: Parts, restarts: Restarts) -> Router {
    let (api, _) = openapi::described(api(&parts));
    let routes = api.merge(health::router(parts.health)).fallback(async || nothing_here());
    let routes = routes.method_not_allowed_fallback(wrong_method).layer(from_fn(identify::as_operator));
    let routes = routes.layer(from_fn_with_state(parts.audit, audited::from_operator));
    // A restart waits for all requests but itself.
    let routes = routes.layer(from_fn_with_state(parts.work, work::counted)).merge(restart::router(restarts));
    outermost(routes, parts.nature)
}

/// What sandboxes may ask, by the bridge that they are on.
pub fn inward(inward: inward::Inward, nature: Nature) -> Router {
    let routes = inward::router(inward).fallback(async || nothing_here());
    outermost(routes.method_not_allowed_fallback(wrong_method), nature)
}

fn outermost(routes: Router, nature: Nature) -> Router {
    routes
        .layer(from_fn(limited))
        // `limited` is for everybody, server functions included.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn_with_state(nature, requests::identify))
}

/// Refuses a body that says it is too large, and stops reading one that turns out to be.
async fn limited(request: Request, next: Next) -> Response {
    if request.body().size_hint().lower() > MAX_BODY as u64 {
        return Failed::too_large().into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, MAX_BODY)))).await
}

fn nothing_here() -> Response {
    Failed::new(ProblemCode::NotFound, "There is nothing at this address.").into_response()
}

async fn wrong_method(method: Method) -> Response {
    let refused = Failed::new(ProblemCode::Unsupported, format!("This address does not take {method}."));
    refused.with_status(StatusCode::METHOD_NOT_ALLOWED).into_response()
}

/// A bug of ours. What it was stands in the log already, written by the panic itself.
#[expect(clippy::needless_pass_by_value, reason = "the shape that the layer wants")]
fn broken(panic: Box<dyn Any + Send>) -> Response {
    let cause = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(cause, "a request ended in a panic");
    Failed::new(ProblemCode::Internal, "Something inside THON went wrong; its log has the cause.").into_response()
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use thon_domain::problem::Problem;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::extract::Text;

    async fn problem(request: Request) -> Problem {
        let routes = Router::new()
            .route("/panic", get(async || -> &'static str { panic!("a bug") }))
            .route("/text", post(|Text(text): Text| async move { text }));
        let answer = outermost(routes, Nature::real()).oneshot(request).await.expect("an answer");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let (status, id) = (answer.status(), answer.headers()["x-request-id"].to_str().expect("ASCII").to_owned());
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        let problem: Problem = serde_json::from_slice(&body).expect("a problem");
        assert_eq!((problem.status, problem.request_id.as_ref()), (status.as_u16(), Some(&id)));
        problem
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_tells_nothing_of_it() {
        let problem = problem(Request::get("/panic").body(Body::empty()).expect("a request")).await;
        assert_eq!((problem.status, problem.code), (500, ProblemCode::Internal));
        assert!(!problem.detail.contains("a bug"), "{}", problem.detail);
    }

    #[tokio::test]
    async fn a_large_body_is_refused_whether_it_says_so_or_not() {
        let large = vec![b'a'; MAX_BODY + 1];
        let unsaid = futures::stream::iter([Ok::<_, std::io::Error>(large.clone())]);
        for body in [Body::from(large), Body::from_stream(unsaid)] {
            let problem = problem(Request::post("/text").body(body).expect("a request")).await;
            assert_eq!((problem.status, problem.code), (413, ProblemCode::Invalid));
        }
    }
}
