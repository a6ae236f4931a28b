//! What every request of a connection gets before anybody else sees it, and every answer after all others.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::{FutureExt as _, future::BoxFuture};
use http::{HeaderValue, Request, Response, StatusCode, Uri, Version, header};
use http_body_util::Either;
use hyper::body::Incoming;

use super::{House, RequestBody, Responder, connection::Connection, places::Place};
use crate::{
    access::{Followed, Notes},
    answer,
    body::Body,
    caller::{Caller, Scheme},
    front_key::{FRONT, QUESTION},
    host,
    visit::{LocalPort, Peer},
};

/// Marks an answer of a sandbox, which is passed on as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfSandbox;

/// Marks a request that the server in front sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FromFront;

/// Marks a question of the server in front, which nobody behind it can ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question;

type Answer<B> = Response<Followed<Either<B, Body>>>;

/// The service of one connection.
#[derive(Clone)]
pub(super) struct Visitor<S> {
    connection: Arc<Connection>,
    service: S,
    /// Whether anything was asked.
    pub spoken: Arc<AtomicBool>,
}

impl<S> Visitor<S> {
    pub(super) fn new(connection: Connection, service: S) -> Self {
        Self { connection: Arc::new(connection), service, spoken: Arc::default() }
    }
}

impl<S: Responder> hyper::service::Service<Request<Incoming>> for Visitor<S> {
    type Response = Answer<S::Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.spoken.store(true, Ordering::Relaxed);
        let Self { connection, service, .. } = self.clone();
        async move {
            let Ok((ends, place)) = connection.introduce(&mut request) else {
                let status = StatusCode::TOO_MANY_REQUESTS;
                let refused = answer::text(status, "too many requests from one address\n");
                return Ok(refused.map(|body| Followed::new(Either::Right(body), status, None, None)));
            };
            let limit = connection.reception.0.rules.limits.body_timeout;
            let request = request.map(|body| RequestBody::new(body, limit));
            let answer = service.answer(request).await;
            Ok(connection.finished(answer.map(Either::Left), ends, place))
        }
        .boxed()
    }
}

/// Says that a caller behind a trusted proxy has as many requests open as one may.
struct Full;

/// What is kept of a request until its answer.
struct Ends {
    version: Version,
    /// Whether browsers may be told to come by HTTPS only.
    strict: bool,
    notes: Option<Notes>,
}

impl Connection {
    /// Writes down who asks, where everybody after this looks.
    fn introduce(&self, request: &mut Request<Incoming>) -> Result<(Ends, Option<Place>), Full> {
        let House { rules, places, .. } = &*self.reception.0;
        let is_front = rules.front.as_ref().is_some_and(|key| key.is_in(request.headers(), &FRONT));
        let is_question =
            is_front && rules.question.as_ref().is_some_and(|key| key.is_in(request.headers(), &QUESTION));
        request.headers_mut().remove(FRONT);
        request.headers_mut().remove(QUESTION);
        let known = if is_front { Caller::behind_front } else { Caller::new };
        let caller = known(self.peer, self.scheme, request.headers(), &rules.trusted);
        let own = match self.place {
            Some(_) => None,
            None => Some(places.take(caller.address.ip()).ok_or(Full)?),
        };
        if let Some(host) = caller.host {
            name(request, host);
        }
        let strict = caller.scheme == Scheme::Https && host::named(request).is_ok_and(is_named);
        let notes = rules.access_log.then(|| Notes::new(request, caller.address.ip()));
        let version = request.version();
        let all = request.extensions_mut();
        all.insert(Peer(caller.address));
        all.insert(caller.scheme);
        all.insert(LocalPort(self.port));
        if is_front {
            all.insert(FromFront);
        }
        if is_question {
            all.insert(Question);
        }
        // Tunnels hold it as well: they may outlive both request and connection.
        if let Some(place) = own.as_ref().or(self.place.as_ref()) {
            all.insert(place.clone());
        }
        if let Some(notes) = &notes {
            all.insert(notes.clone());
        }
        Ok((Ends { version, strict, notes }, own))
    }

    /// Gives an answer what is the connection's to say.
    fn finished<B>(&self, mut answer: Response<B>, ends: Ends, place: Option<Place>) -> Response<Followed<B>> {
        let is_switching = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
        let is_own = answer.extensions().get::<OfSandbox>().is_none();
        let headers = answer.headers_mut();
        if ends.version < Version::HTTP_2 && self.opening.leaving.is_cancelled() && !is_switching {
            // Whoever would ask once more over this connection opens another, which the next server takes.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(hsts) = self.reception.0.hsts.clone().filter(|_| is_own && ends.strict) {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
        }
        let status = answer.status();
        answer.map(|body| Followed::new(body, status, ends.notes, place))
    }
}

/// Makes a request one for the host that its caller named.
fn name<B>(request: &mut Request<B>, host: HeaderValue) {
    if request.uri().authority().is_some() {
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = path.map_or_else(|| Uri::from_static("/"), Uri::from);
    }
    request.headers_mut().insert(header::HOST, host);
}

/// Whether a host has a name of its own. A promise for `localhost` would hold for every other server of the machine.
fn is_named(host: &str) -> bool {
    let name = host::without_port(host).unwrap_or(host).to_ascii_lowercase();
    let is_local = name == "localhost" || name.ends_with(".localhost");
    !is_local && !name.starts_with('[') && name.parse::<std::net::IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_given_for_names_only() {
        for (host, named) in [
            ("thon.example.org", true),
            ("alpha-alice.thon.example.org:8443", true),
            ("localhost:8443", false),
            ("alpha-alice.LOCALHOST", false),
            ("192.0.2.1:20001", false),
            ("[2001:db8::1]", false),
        ] {
            assert_eq!(is_named(host), named, "{host}");
        }
    }
}
