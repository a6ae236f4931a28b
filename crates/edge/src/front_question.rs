//! Whether the server in front may lead a request to an editor by itself, and with which cookies.
//!
//! It is asked about the very request that it has before it, and the same is looked at as if the edge had it. Whatever is not
//! a plain yes is the edge's to answer, so a server in front that knows less than the edge does no harm.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use thon_domain::address::Door;

use crate::{
    answer,
    body::Body,
    cookie::SessionOf,
    edge::Plane,
    entrance::Leads,
    headers, protocol,
    proxy::{self, Passage},
    visit::Visit,
};

/// What the request before it is, and where it would go. Only ever read from the server in front.
const METHOD: HeaderName = HeaderName::from_static("x-thon-method");
const TARGET: HeaderName = HeaderName::from_static("x-thon-target");
const UPGRADE: HeaderName = HeaderName::from_static("x-thon-upgrade");
const UPSTREAM: HeaderName = HeaderName::from_static("x-thon-upstream");

/// The cookies with which the editor lets it in.
const COOKIES: HeaderName = HeaderName::from_static("x-thon-cookies");

/// Answers 204 with the cookies, or 401.
pub(crate) async fn answer(plane: &Plane, question: Request<()>) -> Response<Body> {
    match cookies(plane, &question).await {
        Some(cookies) => answer::and(answer::bare(StatusCode::NO_CONTENT), COOKIES, cookies),
        None => answer::bare(StatusCode::UNAUTHORIZED),
    }
}

async fn cookies(plane: &Plane, question: &Request<()>) -> Option<HeaderValue> {
    let upstream: SocketAddr = headers::single(question.headers(), &UPSTREAM)?.parse().ok()?;
    let mut request = asked_about(question)?;
    let (Leads::Sandbox(entrance), host) = plane.leads(&request).ok()? else { return None };
    entrance.enter(&mut request).ok()?;
    if protocol::name(request.uri().path()).is_some() || is_for_the_edge(request.uri().path()) {
        return None;
    }
    let visit = Visit::new(entrance, host, &request);
    let Passage { link, admission } = proxy::admit(plane, &visit, &request).await.ok()?;
    let is_editor = visit.entrance.doorway.door == Door::Editor && link.session_of() == SessionOf::Edge;
    // What nginx was told last may be another editor by now.
    let is_same = link.upstream.address == upstream;
    let cookies = (is_editor && is_same).then(|| link.cookies(request.headers())).flatten()?;
    if !admission.guest {
        plane.gatekeeper.led(link.user, admission.viewer);
    }
    Some(cookies)
}

/// The request that the server in front has before it.
fn asked_about(question: &Request<()>) -> Option<Request<()>> {
    let told = question.headers();
    let mut request = Request::new(());
    *request.method_mut() = headers::single(told, &METHOD)?.parse::<Method>().ok()?;
    *request.uri_mut() = headers::single(told, &TARGET)?.parse::<Uri>().ok()?;
    *request.headers_mut() = told.clone();
    *request.extensions_mut() = question.extensions().clone();
    upgrade(told, request.headers_mut());
    Some(request)
}

fn upgrade(told: &HeaderMap, asked: &mut HeaderMap) {
    asked.remove(header::CONNECTION);
    asked.remove(header::UPGRADE);
    if let Some(protocol) = told.get(UPGRADE) {
        asked.insert(header::UPGRADE, protocol.clone());
        asked.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    }
}

/// Whether code-server leads on to a program of the participant's, whose answers only the edge can clean, or to its sign-in.
fn is_for_the_edge(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    first.contains('%') || ["proxy", "absproxy", "login", "logout"].iter().any(|it| first.eq_ignore_ascii_case(it))
}
