//! Port 80: everybody is sent to HTTPS, an ACME server finds what it looks for, and people the root to trust.

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

/// Where the root lies that people have to trust.
const ROOT: &str = "/ca.crt";

/// The type under which systems offer to trust a root.
const ROOT_TYPE: HeaderValue = HeaderValue::from_static("application/x-x509-ca-cert");

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

    /// Under a sandbox's name every path is the sandbox's.
    fn is_for_dashboard<B>(&self, request: &Request<B>) -> bool {
        host::named(request).is_ok_and(|host| self.hosts.sort(host) == Sorted::Dashboard)
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
        if request.uri().path() == ROOT && self.is_for_dashboard(&request) {
            let (proofs, redirect) = (self.proofs.clone(), self.answer(&request));
            return async move {
                let root = proofs.root().await.map(|pem| answer::text(StatusCode::OK, pem));
                Ok(root.map_or(redirect, |answer| answer::and(answer, header::CONTENT_TYPE, ROOT_TYPE)))
            }
            .boxed();
        }
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
