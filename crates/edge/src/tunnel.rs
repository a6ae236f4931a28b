//! Tunnels: what follows an upgrade goes through byte for byte, untouched and without a timeout.

use futures::future::{BoxFuture, try_join};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Version, header};
use hyper::{
    body::Incoming,
    upgrade::{OnUpgrade, Upgraded},
};
use hyper_util::rt::TokioIo;
use thon_domain::id::UserId;

use crate::{
    body::{self, Body},
    cookie::SessionOf,
    edge::Plane,
    headers, proxy,
};

const UPGRADE: HeaderValue = HeaderValue::from_static("upgrade");

/// Whether a request wants to leave HTTP.
pub(crate) fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE) && headers::names(headers, &header::CONNECTION, "upgrade")
}

/// A visitor's wish to leave HTTP.
pub(crate) struct Upgrade {
    protocol: HeaderValue,
    visitor: OnUpgrade,
}

impl Upgrade {
    /// Takes the wish out of a request. One for HTTP/2 is not heard: RFC 9113 §3.1 has given it up, and requests inside
    /// it would pass the edge unseen.
    pub(crate) fn take(request: &mut Request<Body>) -> Option<Self> {
        if request.version() != Version::HTTP_11 || !is_asked_for(request.headers()) {
            return None;
        }
        if headers::names(request.headers(), &header::UPGRADE, "h2c") {
            return None;
        }
        let protocol = request.headers().get(header::UPGRADE)?.clone();
        Some(Self { protocol, visitor: hyper::upgrade::on(request) })
    }

    /// Writes the wish into the request to the sandbox.
    pub(crate) fn ask(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONNECTION, UPGRADE);
        headers.insert(header::UPGRADE, self.protocol.clone());
    }

    /// Tells the visitor that the sandbox agreed, and carries bytes both ways to `user`'s editor until `end` is ready.
    pub(crate) fn carry(
        self,
        plane: &Plane,
        user: UserId,
        mut response: Response<Incoming>,
        end: BoxFuture<'static, ()>,
    ) -> Response<Body> {
        let protocol = response.headers().get(header::UPGRADE).cloned().unwrap_or(self.protocol);
        let sandbox = hyper::upgrade::on(&mut response);
        let open = plane.gatekeeper.opened(user);
        plane.tunnels.spawn(async move {
            let _until_it_ends = open;
            tokio::select! {
                () = end => {}
                () = join(self.visitor, sandbox) => {}
            }
        });
        let mut answer = proxy::passed_on(response, SessionOf::Edge, |_| body::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        answer.headers_mut().insert(header::CONNECTION, UPGRADE);
        answer.headers_mut().insert(header::UPGRADE, protocol);
        answer
    }
}

async fn join(visitor: OnUpgrade, sandbox: OnUpgrade) {
    let both = try_join(visitor, sandbox).await;
    let (visitor, sandbox): (Upgraded, Upgraded) = match both {
        Ok(both) => both,
        Err(error) => return tracing::debug!(%error, "a tunnel did not open"),
    };
    if let Err(error) = tokio::io::copy_bidirectional(&mut TokioIo::new(visitor), &mut TokioIo::new(sandbox)).await {
        tracing::debug!(%error, "a tunnel broke");
    }
}
