//! The link to one editor: its own connections, which end with it.
//!
//! Connections are pooled per link, never per address: a port that has changed hands must not be reached through a
//! connection from before, nor the other way round.

use std::{
    io,
    net::SocketAddr,
    task::{Context, Poll},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use http::{HeaderMap, HeaderValue, Request, Response, Uri, uri};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, Error},
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use thon_domain::{
    id::{InstanceId, UserId},
    route::{Route, Upstream},
};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::{
    body::Body,
    cookie::{self, SessionOf},
    headers,
    headers::Forwarded,
    percent,
};

/// An editor on this machine answers a connection at once, or not at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Shorter than the 5 s after which Node closes an idle connection (`server.keepAliveTimeout`), so a request never meets
/// one that is just being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) struct Link {
    pub instance: InstanceId,
    /// Whose editor it is.
    pub user: UserId,
    pub upstream: Upstream,
    client: Client<Direct, Body>,
    authority: uri::Authority,
    session: HeaderValue,
    gone: CancellationToken,
}

impl Link {
    /// Makes the link of a route to its upstream; no connection is opened before the first request.
    pub(crate) fn new(route: &Route, upstream: &Upstream) -> Result<Self, http::Error> {
        let session = format!("{}={}", cookie::EDITOR_SESSION, percent::encode(upstream.secret.reveal()));
        let mut session = HeaderValue::try_from(session)?;
        session.set_sensitive(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(Direct(upstream.address));
        Ok(Self {
            instance: route.instance,
            user: route.user,
            upstream: upstream.clone(),
            client,
            authority: uri::Authority::try_from(upstream.address.to_string())?,
            session,
            gone: CancellationToken::new(),
        })
    }

    /// Makes a visitor's request one to the editor: nothing of THON's in it, and proof of who the edge is.
    ///
    /// An editor that asks the person for a password gets no proof: they let themselves in.
    pub(crate) fn address(&self, request: &mut Request<Body>, forwarded: &Forwarded) -> Result<(), http::Error> {
        self.write(request, forwarded, (self.session_of() == SessionOf::Edge).then_some(&self.session))
    }

    /// Makes a request of THON's own one to the editor, with proof in any case.
    pub(crate) fn vouch(&self, request: &mut Request<Body>, forwarded: &Forwarded) -> Result<(), http::Error> {
        self.write(request, forwarded, Some(&self.session))
    }

    /// The cookies with which somebody else may send a visitor's request to the editor in the edge's place: the visitor's
    /// without THON's, and proof of who the edge is.
    pub(crate) fn cookies(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let visitors = headers.get_all(http::header::COOKIE).iter().cloned();
        let mut headers: HeaderMap = visitors.map(|line| (http::header::COOKIE, line)).collect();
        cookie::for_sandbox(&mut headers, Some(&self.session));
        headers.remove(http::header::COOKIE)
    }

    /// Whose the editor's own cookie is.
    pub(crate) const fn session_of(&self) -> SessionOf {
        if self.upstream.asks_password { SessionOf::Person } else { SessionOf::Edge }
    }

    fn write(
        &self,
        request: &mut Request<Body>,
        forwarded: &Forwarded,
        proof: Option<&HeaderValue>,
    ) -> Result<(), http::Error> {
        let mut target = uri::Parts::default();
        target.scheme = Some(uri::Scheme::HTTP);
        target.authority = Some(self.authority.clone());
        target.path_and_query =
            Some(request.uri().path_and_query().cloned().unwrap_or_else(|| uri::PathAndQuery::from_static("/")));
        *request.uri_mut() = Uri::from_parts(target)?;
        *request.version_mut() = http::Version::HTTP_11;
        let headers = request.headers_mut();
        headers::drop_hop_by_hop(headers);
        // The server in front has already said "100 Continue" by the time that the body is read.
        headers.remove(http::header::EXPECT);
        forwarded.write(headers);
        cookie::for_sandbox(headers, proof);
        Ok(())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, Error> {
        self.client.request(request).await
    }

    /// Is ready when the link is retired or the right to use it ends.
    pub(crate) fn end(&self, revoked: CancellationToken) -> BoxFuture<'static, ()> {
        let gone = self.gone.clone();
        async move {
            tokio::select! {
                () = revoked.cancelled() => {}
                () = gone.cancelled() => {}
            }
        }
        .boxed()
    }

    /// Cuts everything that is open through this link.
    pub(crate) fn retire(&self) {
        self.gone.cancel();
    }
}

/// Connects to one address, whatever the request says.
#[derive(Clone, Copy)]
struct Direct(SocketAddr);

impl tower::Service<Uri> for Direct {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<TokioIo<TcpStream>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let Self(address) = *self;
        async move {
            let stream = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await??;
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        }
        .boxed()
    }
}
