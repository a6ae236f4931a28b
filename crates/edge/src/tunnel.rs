//! Tunnels: what follows an upgrade goes through byte for byte, untouched and for as long as it is used.
//!
//! HTTP/1.1 asks for one with `Upgrade`, HTTP/2 with an extended CONNECT (RFC 8441); a sandbox hears the former from both.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures::future::{BoxFuture, try_join};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use hyper::{
    body::{Body as _, Incoming},
    ext::Protocol,
    upgrade::{OnUpgrade, Upgraded},
};
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;

use crate::{
    access::Notes,
    body::{self, Body},
    cookie::SessionOf,
    door::places::Place,
    edge::Plane,
    headers,
    meter::{Meter, Metered},
    proxy,
};

const UPGRADE: HeaderValue = HeaderValue::from_static("upgrade");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// The version of the websocket protocol (RFC 6455 §4.1), which HTTP/2 has in the same header.
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// How long a tunnel may be open without a byte.
const IDLE: Duration = Duration::from_hours(24);

/// Whether a request wants to leave HTTP.
pub(crate) fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE) && headers::names(headers, &header::CONNECTION, "upgrade")
}

/// Whether it is a websocket's request over HTTP/2.
pub(crate) fn is_extended_connect<B>(request: &Request<B>) -> bool {
    let protocol = request.extensions().get::<Protocol>();
    *request.method() == Method::CONNECT && protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
}

/// A visitor's wish to leave HTTP.
pub(crate) struct Upgrade {
    protocol: HeaderValue,
    visitor: OnUpgrade,
    by: By,
    notes: Option<Notes>,
    place: Option<Place>,
}

/// How the wish was uttered, and has to be answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Upgrade,
    Connect,
}

impl Upgrade {
    /// Takes the wish out of a request. One for HTTP/2 is not heard: RFC 9113 §3.1 has given it up, and requests inside
    /// it would pass the edge unseen. Nor is one with a body: two servers could disagree where that ends.
    pub(crate) fn take(request: &mut Request<Body>) -> Option<Self> {
        let (by, protocol) = if is_extended_connect(request) {
            *request.method_mut() = Method::GET;
            (By::Connect, WEBSOCKET)
        } else {
            let is_bare = request.version() == Version::HTTP_11 && request.body().is_end_stream();
            if !is_bare || !is_asked_for(request.headers()) {
                return None;
            }
            if headers::names(request.headers(), &header::UPGRADE, "h2c") {
                return None;
            }
            (By::Upgrade, request.headers().get(header::UPGRADE)?.clone())
        };
        let visitor = hyper::upgrade::on(&mut *request);
        let (notes, place) = (request.extensions().get().cloned(), request.extensions().get().cloned());
        Some(Self { protocol, visitor, by, notes, place })
    }

    /// Writes the wish into the request to the sandbox.
    pub(crate) fn ask(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONNECTION, UPGRADE);
        headers.insert(header::UPGRADE, self.protocol.clone());
        if self.by == By::Connect {
            headers.insert(header::SEC_WEBSOCKET_KEY, key());
            headers.entry(header::SEC_WEBSOCKET_VERSION).or_insert(VERSION);
        }
    }

    /// Whether an answer agrees to what was asked, and to nothing else.
    pub(crate) fn is_confirmed(&self, answer: &HeaderMap) -> bool {
        let protocol = answer.get(header::UPGRADE).map(HeaderValue::as_bytes);
        is_asked_for(answer) && protocol.is_some_and(|it| it.eq_ignore_ascii_case(self.protocol.as_bytes()))
    }

    /// Tells the visitor that the sandbox agreed, and carries bytes both ways until `end` is ready. `open` is kept until
    /// the visitor has said everything.
    pub(crate) fn carry(
        self,
        plane: &Plane,
        open: Option<Box<dyn Send>>,
        mut response: Response<Incoming>,
        end: BoxFuture<'static, ()>,
    ) -> Response<Body> {
        let sandbox = hyper::upgrade::on(&mut response);
        let mut answer = proxy::passed_on(response, SessionOf::Edge, |_| body::empty());
        match self.by {
            By::Upgrade => {
                *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
                answer.headers_mut().insert(header::CONNECTION, UPGRADE);
                answer.headers_mut().insert(header::UPGRADE, self.protocol.clone());
            }
            By::Connect => {
                *answer.status_mut() = StatusCode::OK;
                answer.headers_mut().remove(header::SEC_WEBSOCKET_ACCEPT);
            }
        }
        if let Some(notes) = &self.notes {
            notes.tunnels();
        }
        plane.tunnels.spawn(async move {
            let _place = self.place;
            let meter = Arc::new(Meter::default());
            tokio::select! {
                () = end => {}
                () = meter.idle(IDLE) => {}
                () = join((self.visitor, open), sandbox, meter.clone()) => {}
            }
            if let Some(notes) = self.notes {
                notes.tunnel_ended(meter.received(), meter.sent());
            }
        });
        answer
    }
}

async fn join((visitor, open): (OnUpgrade, Option<Box<dyn Send>>), sandbox: OnUpgrade, meter: Arc<Meter>) {
    let both = try_join(visitor, sandbox).await;
    let (visitor, sandbox): (Upgraded, Upgraded) = match both {
        Ok(both) => both,
        Err(error) => return tracing::debug!(%error, "a tunnel did not open"),
    };
    let mut visitor = Metered::new(TokioIo::new(visitor), meter, open);
    if let Err(error) = tokio::io::copy_bidirectional(&mut visitor, &mut TokioIo::new(sandbox)).await {
        tracing::debug!(%error, "a tunnel broke");
    }
}

/// What a websocket begins with (RFC 6455 §4.1): it keeps caches from answering, so chance is enough.
fn key() -> HeaderValue {
    let mut bytes = [0; 16];
    if ring::default_provider().secure_random.fill(&mut bytes).is_err() {
        tracing::debug!("no random numbers for a websocket's key");
    }
    HeaderValue::try_from(BASE64_STANDARD.encode(bytes)).unwrap_or(HeaderValue::from_static("AAAAAAAAAAAAAAAAAAAAAA=="))
}
