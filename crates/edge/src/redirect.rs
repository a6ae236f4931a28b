//! Port 80: everybody is sent to HTTPS, and an ACME server finds what it looks for.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{FutureExt as _, future::BoxFuture};
use http::{HeaderValue, Request, Response, StatusCode, header};
use tower::Service;

use crate::{
    answer,
    body::Body,
    host::{self, Hosts, Sorted},
    proofs::AcmeProofs,
};

/// Where an ACME server looks (RFC 8555 §8.3).
const ACME: &str = "/.well-known/acme-challenge/";

/// Sends everybody who asks for a name of this server to its HTTPS port.
#[derive(Clone)]
pub struct ToHttps {
    hosts: Hosts,
    /// What follows a name; nothing for the scheme's own port.
    port: String,
    proofs: Arc<dyn AcmeProofs>,
}

impl ToHttps {
    /// Takes the names that this server answers to, and the port of HTTPS as callers know it.
    pub fn new(hosts: Hosts, port: u16, proofs: Arc<dyn AcmeProofs>) -> Self {
        let port = if port == 443 { String::new() } else { format!(":{port}") };
        Self { hosts, port, proofs }
    }

    fn answer<B>(&self, request: &Request<B>) -> Response<Body> {
        let Ok(host) = host::named(request) else {
            return answer::text(StatusCode::BAD_REQUEST, "a request must name exactly one host\n");
        };
        let name = host::without_port(host).filter(|_| self.hosts.sort(host) != Sorted::Unknown);
        let Some(name) = name else { return answer::misdirected() };
        let rest = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        // `OPTIONS *` is about the server as a whole.
        let rest = if rest.starts_with('/') { rest } else { "/" };
        match HeaderValue::try_from(format!("https://{name}{}{rest}", self.port)) {
            Ok(location) => answer::and(answer::bare(StatusCode::PERMANENT_REDIRECT), header::LOCATION, location),
            Err(_) => answer::bare(StatusCode::BAD_REQUEST),
        }
    }
}

impl<B> Service<Request<B>> for ToHttps {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some(token) = request.uri().path().strip_prefix(ACME).map(str::to_owned) else {
            let answer = self.answer(&request);
            return async move { Ok(answer) }.boxed();
        };
        let proofs = self.proofs.clone();
        async move {
            Ok(match proofs.text(&token).await {
                Some(text) => answer::text(StatusCode::OK, text),
                None => answer::text(StatusCode::NOT_FOUND, "there is no such challenge\n"),
            })
        }
        .boxed()
    }
}
