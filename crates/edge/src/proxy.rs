//! A request to a sandbox: may it, can it, and then through.

use std::{error::Error as _, sync::Arc};

use http::{Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper_util::client::legacy::Error;
use thon_domain::address::Door;

use crate::{
    access::Notes,
    answer,
    body::{self, Body},
    cookie::{self, SessionOf},
    door::OfSandbox,
    edge::Plane,
    gatekeeper::{Admission, Refusal},
    headers,
    link::Link,
    login, page, percent, protocol,
    standing::Standing,
    tunnel::{self, Upgrade},
    visit::{Source, Visit},
};

/// Answers a request that was sent to a sandbox's name.
pub(crate) async fn serve(plane: &Plane, visit: Visit, request: Request<Body>) -> Response<Body> {
    if protocol::name(request.uri().path()).is_some() {
        return protocol::answer(plane, &visit, &request.into_parts().0).await;
    }
    let (head, body) = request.into_parts();
    let head = Request::from_parts(head, ());
    match admit(plane, &visit, &head).await {
        Ok(Passage { link, admission }) => forward(plane, &visit, &link, admission, head.map(|()| body)).await,
        Err(answer) => *answer,
    }
}

/// A way to an editor that is open to somebody.
pub(crate) struct Passage {
    pub link: Arc<Link>,
    pub admission: Admission,
}

/// Whether a request goes on to the sandbox; with what is answered instead if not.
pub(crate) async fn admit(plane: &Plane, visit: &Visit, request: &Request<()>) -> Result<Passage, Box<Response<Body>>> {
    if let Some(notes) = request.extensions().get::<Notes>() {
        notes.sandbox(&visit.entrance.doorway.slug);
    }
    // TRACE would send the editor's secret back; CONNECT has no meaning here, except for a websocket over HTTP/2.
    let leads_nowhere = *request.method() == Method::CONNECT && !tunnel::is_extended_connect(request);
    if leads_nowhere || *request.method() == Method::TRACE {
        return Err(Box::new(answer::bare(StatusCode::METHOD_NOT_ALLOWED)));
    }
    // A path that climbs out of the port would be another door of the editor's.
    if visit.entrance.doorway.door != Door::Editor && climbs(request.uri().path()) {
        return Err(Box::new(answer::bare(StatusCode::BAD_REQUEST)));
    }
    if visit.acts && visit.source == Source::Foreign {
        let refused = answer::text(StatusCode::FORBIDDEN, "a page of another origin may not do this\n");
        return Err(Box::new(refused));
    }
    // Neighbours are of the same site, so their pages could frame an editor, or load a file out of it as a script, with its
    // owner's cookie. Ports are there to be embedded.
    if visit.embeds && visit.entrance.doorway.door == Door::Editor {
        let refused =
            answer::text(StatusCode::FORBIDDEN, "a page of another origin may link to an editor, not embed it\n");
        return Err(Box::new(refused));
    }
    let admission = plane
        .admit(request.headers(), &visit.entrance)
        .await
        .map_err(|refusal| Box::new(refuse(plane, visit, refusal, request.uri())))?;
    if let Some((notes, viewer)) = request.extensions().get::<Notes>().zip(admission.viewer) {
        notes.viewer(viewer);
    }
    let standing = plane.standing(&visit.entrance.doorway.slug);
    match standing.as_ref().and_then(|standing| standing.open_link()) {
        Some(link) => Ok(Passage { link: link.clone(), admission }),
        None => Err(Box::new(not_running(plane, visit, standing.as_deref(), &admission))),
    }
}

/// Whether a path has a segment that leads upwards, in any spelling. Browsers take such out before they ask.
fn climbs(path: &str) -> bool {
    let plain =
        path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/").replace('\\', "/");
    plain.split('/').any(|segment| segment == "..")
}

/// Says no in the way that fits: a page asks to sign in, a program gets a status.
pub(crate) fn refuse(plane: &Plane, visit: &Visit, refusal: Refusal, target: &http::Uri) -> Response<Body> {
    match refusal {
        Refusal::Unknown if visit.navigates => {
            let to = target.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
            answer::see_other(&format!("{}?to={}", visit.entrance.open(), percent::encode(to)))
        }
        Refusal::Unknown => answer::text(StatusCode::UNAUTHORIZED, "open this sandbox from the dashboard first\n"),
        Refusal::Forbidden if visit.navigates => {
            plane.show(visit, &page::forbidden(visit.entrance.doorway.door, &visit.entrance.pattern.dashboard()))
        }
        Refusal::Forbidden => answer::text(StatusCode::FORBIDDEN, "this sandbox is somebody else's\n"),
        Refusal::Unavailable if visit.navigates => plane.show(visit, &page::unavailable()),
        Refusal::Unavailable => answer::bare(StatusCode::SERVICE_UNAVAILABLE),
    }
}

fn not_running(plane: &Plane, visit: &Visit, standing: Option<&Standing>, admission: &Admission) -> Response<Body> {
    if !visit.navigates {
        return answer::bare(StatusCode::SERVICE_UNAVAILABLE);
    }
    let away = standing.map_or(page::Away::NEVER_STARTED, |standing| page::Away {
        state: standing.state(),
        // It may tell of the machine.
        reason: standing.route.reason.as_deref().filter(|_| !admission.guest),
        elapsed_s: standing.elapsed_s(),
        keeps_files: standing.route.keeps_files,
    });
    plane.show(visit, &page::not_running(&away, admission.may_start))
}

async fn forward(
    plane: &Plane,
    visit: &Visit,
    link: &Arc<Link>,
    admission: Admission,
    mut request: Request<Body>,
) -> Response<Body> {
    let upgrade = Upgrade::take(&mut request);
    if visit.entrance.go_on(&mut request).is_err() {
        return answer::bare(StatusCode::BAD_REQUEST);
    }
    let path = request.uri().path().to_owned();
    // A port is no editor: who may come to it was decided here, and code-server has nothing to ask.
    let is_editor = visit.entrance.doorway.door == Door::Editor;
    let forwarded = &visit.forwarded;
    let addressed = if is_editor { link.address(&mut request, forwarded) } else { link.vouch(&mut request, forwarded) };
    if addressed.is_err() {
        return answer::bare(StatusCode::BAD_REQUEST);
    }
    if let Some(upgrade) = &upgrade {
        upgrade.ask(request.headers_mut());
    }
    let mut end = link.end(admission.revoked);
    let sent = tokio::select! {
        biased;
        () = &mut end => return answer::bare(StatusCode::SERVICE_UNAVAILABLE),
        sent = link.send(request) => sent,
    };
    let response = match sent {
        Ok(response) => response,
        Err(error) => return broken(plane, visit, link, &error),
    };
    let session = if is_editor { link.session_of() } else { SessionOf::Edge };
    if session == SessionOf::Edge && login::is_refused(&response, &path, &visit.forwarded.host) {
        tracing::warn!(door = %visit.entrance.doorway, address = %link.upstream.address, "somebody else's editor answered");
        return lost(plane, visit, link);
    }
    match (response.status(), upgrade) {
        (StatusCode::SWITCHING_PROTOCOLS, Some(upgrade)) if upgrade.is_confirmed(response.headers()) => {
            let open = (!admission.guest).then(|| plane.gatekeeper.opened(link.user, admission.viewer));
            upgrade.carry(plane, open, response, end)
        }
        // Nobody asked for that.
        (StatusCode::SWITCHING_PROTOCOLS, _) => lost(plane, visit, link),
        _ => {
            let mut answer = passed_on(response, session, |incoming| body::until(end, incoming));
            visit.entrance.leave(answer.headers_mut(), &visit.forwarded.host);
            answer
        }
    }
}

/// The sandbox's answer without what is not for the visitor.
pub(crate) fn passed_on(
    response: Response<Incoming>,
    session: SessionOf,
    body: impl FnOnce(Incoming) -> Body,
) -> Response<Body> {
    let mut response = response.map(body);
    // The version is each connection's own.
    *response.version_mut() = Version::HTTP_11;
    headers::drop_hop_by_hop(response.headers_mut());
    headers::drop_overreach(response.headers_mut());
    cookie::from_sandbox(response.headers_mut(), session);
    response.extensions_mut().insert(OfSandbox);
    response
}

/// No answer came. Whose fault it was decides whether the sandbox is looked after.
fn broken(plane: &Plane, visit: &Visit, link: &Link, error: &Error) -> Response<Body> {
    if is_visitors_fault(error) {
        tracing::debug!(door = %visit.entrance.doorway, %error, "a visitor's request ended early");
        return answer::bare(StatusCode::BAD_REQUEST);
    }
    let cause = error.source().map(ToString::to_string);
    tracing::warn!(door = %visit.entrance.doorway, address = %link.upstream.address, %error, cause, "a sandbox does not answer");
    lost(plane, visit, link)
}

/// Whether the body that the visitor sends ended in an error, which hyper calls the user's.
fn is_visitors_fault(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(one) = cause {
        if one.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_user) {
            return true;
        }
        cause = one.source();
    }
    false
}

fn lost(plane: &Plane, visit: &Visit, link: &Link) -> Response<Body> {
    plane.gatekeeper.lost(link.instance);
    if visit.navigates { plane.show(visit, &page::lost()) } else { answer::bare(StatusCode::BAD_GATEWAY) }
}
