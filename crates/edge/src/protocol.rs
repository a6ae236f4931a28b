//! `/.thon/…`: the few paths of a sandbox's origin that are THON's.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};
use serde::Serialize;
use thon_domain::{instance::State, local_path::is_local_path, slug::Slug};
use tokio::time::{Instant, sleep};

use crate::{
    answer,
    body::Body,
    cookie,
    edge::Plane,
    entrance::Entrance,
    gatekeeper::{EditorCookie, Refusal},
    page, percent, proxy,
    visit::{Source, Visit},
};

/// How long a start may take to be seen in the routes before the browser is sent on all the same.
const SHOWN_WITHIN: Duration = Duration::from_secs(2);

/// What follows `/.thon` in a path; `None` for all paths that belong to the sandbox.
pub(crate) fn name(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/.thon")?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

pub(crate) async fn answer(plane: &Plane, visit: &Visit, request: &Parts) -> Response<Body> {
    match (name(request.uri.path()).unwrap_or_default(), &request.method) {
        ("enter", &Method::GET) => enter(plane, visit, request.uri.query().unwrap_or_default()).await,
        ("state", &Method::GET | &Method::HEAD) => state(plane, visit, &request.headers).await,
        ("here", &Method::GET | &Method::HEAD) => plane.mark.answer(),
        ("start", &Method::POST) => start(plane, visit, request).await,
        ("enter" | "state" | "here", _) => answer::only("GET"),
        ("start", _) => answer::only("POST"),
        _ => answer::text(StatusCode::NOT_FOUND, "there is nothing here\n"),
    }
}

/// Turns a ticket into a cookie. A used one leads nowhere by itself, so two servers cannot send a browser in circles.
async fn enter(plane: &Plane, visit: &Visit, query: &str) -> Response<Body> {
    let ticket = percent::value(query, "t").unwrap_or_default();
    let to = percent::value(query, "to").unwrap_or_default();
    match plane.gatekeeper.redeem(&ticket, &visit.entrance.doorway).await {
        Ok(cookie) => {
            let to = if is_local(&to) { &to } else { "/" };
            let answer = answer::see_other(&format!("{}{to}", visit.entrance.prefix));
            let answer = answer::and(answer, header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
            set_cookie(&visit.entrance, answer, &cookie)
        }
        Err(Refusal::Unknown) => plane.show(visit, &page::used_up(&visit.entrance.open())),
        Err(Refusal::Forbidden) => {
            plane.show(visit, &page::forbidden(visit.entrance.doorway.door, &visit.entrance.pattern.dashboard()))
        }
        Err(Refusal::Unavailable) => plane.show(visit, &page::unavailable()),
    }
}

fn set_cookie(entrance: &Entrance, answer: Response<Body>, cookie: &EditorCookie) -> Response<Body> {
    let (name, prefix) = (cookie::name(entrance, &entrance.doorway), &entrance.prefix);
    let flag = if entrance.pattern.is_secure() { "; Secure" } else { "" };
    let line = format!("{name}={}; HttpOnly; SameSite=Lax; Path={prefix}/{flag}", cookie.reveal());
    match HeaderValue::try_from(line) {
        Ok(line) => answer::and(answer, header::SET_COOKIE, line),
        Err(_) => answer::bare(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Whether a redirect there stays on this origin and in the sandbox.
fn is_local(to: &str) -> bool {
    is_local_path(to) && name(to.split('?').next().unwrap_or(to)).is_none()
}

/// How a sandbox is, for the page that waits for it.
#[derive(Serialize)]
struct Shown<'a> {
    state: State,
    /// Seconds in this state, as far as the edge has seen.
    elapsed_s: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    may_start: bool,
}

async fn state(plane: &Plane, visit: &Visit, headers: &HeaderMap) -> Response<Body> {
    let (may_start, guest) = match plane.admit(headers, &visit.entrance).await {
        Ok(admission) => (admission.may_start, admission.guest),
        Err(refusal) => return answer::bare(status(refusal)),
    };
    match plane.standing(&visit.entrance.doorway.slug) {
        Some(standing) => answer::json(&Shown {
            state: standing.state(),
            elapsed_s: standing.elapsed_s(),
            reason: standing.route.reason.as_deref().filter(|_| !guest),
            may_start,
        }),
        None => answer::json(&Shown { state: State::Terminated, elapsed_s: 0, reason: None, may_start }),
    }
}

async fn start(plane: &Plane, visit: &Visit, request: &Parts) -> Response<Body> {
    if visit.source != Source::Own {
        return answer::text(StatusCode::FORBIDDEN, "only this sandbox's own page may start it\n");
    }
    let form = request.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_form = form.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"));
    let doorway = &visit.entrance.doorway;
    let started = match cookie::of(&request.headers, &visit.entrance).first() {
        Some(cookie) => plane.gatekeeper.start(cookie, doorway).await,
        None => Err(Refusal::Unknown),
    };
    if started.is_ok() {
        under_way(plane, &doorway.slug).await;
    }
    match started {
        Ok(()) if is_form => answer::see_other(&format!("{}/", visit.entrance.prefix)),
        Ok(()) => answer::bare(StatusCode::ACCEPTED),
        Err(Refusal::Unknown) if is_form => answer::see_other(&visit.entrance.open()),
        Err(Refusal::Forbidden) if is_form => {
            plane.show(visit, &page::forbidden(visit.entrance.doorway.door, &visit.entrance.pattern.dashboard()))
        }
        Err(Refusal::Unavailable) if is_form => plane.show(visit, &page::unavailable()),
        Err(refusal) => proxy::refuse(plane, visit, refusal, &request.uri),
    }
}

/// Waits a moment until the routes show that it starts: the next page would offer the same button once more.
async fn under_way(plane: &Plane, slug: &Slug) {
    let deadline = Instant::now() + SHOWN_WITHIN;
    let on_its_way = |state| matches!(state, State::Pending | State::Resuming | State::Running);
    let moves = || plane.standing(slug).is_some_and(|it| on_its_way(it.state()));
    while !moves() && Instant::now() < deadline {
        sleep(SHOWN_WITHIN / 80).await;
    }
}

fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Unknown => StatusCode::UNAUTHORIZED,
        Refusal::Forbidden => StatusCode::FORBIDDEN,
        Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_local_path_is_redirected_to() {
        for to in ["/", "/?folder=/workspace", "/a//b", "/a?u=https://example.org", "/.thonfile", "/%5Cexample.org"] {
            assert!(is_local(to), "{to}");
        }
        for to in [
            "",
            "a",
            "//example.org",
            "/\\example.org",
            "\\\\example.org",
            "https://example.org",
            "/\t/example.org",
            "/\n/example.org",
            " /",
            "/é",
            "/.thon/start",
            "/.thon/enter?t=1",
            "/.thon",
            "/.thon?x",
        ] {
            assert!(!is_local(to), "{to:?}");
        }
    }

    #[test]
    fn few_paths_are_not_the_sandboxs() {
        assert_eq!(name("/.thon/state"), Some("state"));
        assert_eq!(name("/.thon"), Some(""));
        assert_eq!(name("/.thonfile"), None);
        assert_eq!(name("/a/.thon/state"), None);
        assert_eq!(name("/%2ethon/state"), None);
    }
}
