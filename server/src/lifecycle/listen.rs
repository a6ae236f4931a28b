//! Listening: on addresses for browsers, on a socket for the operator's own commands.

use std::{
    convert::Infallible,
    fs,
    future::pending,
    io,
    net::SocketAddr,
    os::unix::fs::MetadataExt as _,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    serve::{IncomingStream, Listener},
};
use camino::Utf8Path;
use futures::{FutureExt as _, future::BoxFuture};
use thon_domain::problem::ProblemCode;
use thon_edge::{Outer, Peer};
use tokio::net::{TcpListener, UnixListener, unix::UCred};
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::work::Work;
use crate::http::problem::Failed;

/// Answers browsers: the edge first, then the dashboard.
pub fn on_address(listener: TcpListener, edge: Outer<Router>, work: &Work) {
    let leaving = work.leaving.clone();
    let listener = Closable { listener, leaving: leaving.clone() };
    work.service.start(|stop| async move {
        let served = axum::serve(listener, Reception { edge, leaving });
        if let Err(error) = served.with_graceful_shutdown(stop.cancelled_owned()).await {
            tracing::error!(%error, "cannot listen any more");
        }
    });
}

/// A listener that takes no connection any more some time before those that it took are told to end.
struct Closable<L> {
    listener: L,
    leaving: CancellationToken,
}

impl<L: Listener> Listener for Closable<L> {
    type Io = L::Io;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (L::Io, L::Addr) {
        match self.leaving.run_until_cancelled(self.listener.accept()).await {
            Some(taken) => taken,
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<L::Addr> {
        self.listener.local_addr()
    }
}

/// Makes the service of one connection, which knows who is at the other end.
struct Reception {
    edge: Outer<Router>,
    leaving: CancellationToken,
}

impl Service<IncomingStream<'_, Closable<TcpListener>>> for Reception {
    type Response = Door;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Door, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stream: IncomingStream<'_, Closable<TcpListener>>) -> Self::Future {
        let (edge, leaving) = (self.edge.clone(), self.leaving.clone());
        std::future::ready(Ok(Door { edge, leaving, peer: *stream.remote_addr() }))
    }
}

/// The service of one connection.
#[derive(Clone)]
struct Door {
    edge: Outer<Router>,
    leaving: CancellationToken,
    peer: SocketAddr,
}

impl Service<Request> for Door {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.edge, context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        request.extensions_mut().insert(Peer(self.peer));
        let leaving = self.leaving.clone();
        let answer = self.edge.call(request).map(|answer| answer.map(|response| response.map(Body::new)));
        answer.map(move |answer| answer.map(|response| parting(response, &leaving))).boxed()
    }
}

/// Whoever would ask once more over this connection is told to open another, which the next server takes.
fn parting(mut response: Response, leaving: &CancellationToken) -> Response {
    if leaving.is_cancelled() && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Answers the operator's commands on a socket that nobody else may use.
///
/// # Errors
/// When the socket's file has gone.
pub fn on_socket(listener: UnixListener, path: &Utf8Path, router: Router, work: &Work) -> io::Result<()> {
    let owner = Owner { uid: fs::metadata(path)?.uid() };
    let service = router.layer(from_fn_with_state(owner, same_user)).into_make_service_with_connect_info::<PeerUser>();
    let listener = Closable { listener, leaving: work.leaving.clone() };
    work.service.start(|stop| async move {
        let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "cannot listen on the socket any more");
        }
    });
    Ok(())
}

/// The user that runs the server.
#[derive(Clone, Copy, Debug)]
struct Owner {
    uid: u32,
}

/// Who is at the other end of the socket.
#[derive(Clone, Debug)]
struct PeerUser(Option<UCred>);

impl Connected<IncomingStream<'_, Closable<UnixListener>>> for PeerUser {
    fn connect_info(stream: IncomingStream<'_, Closable<UnixListener>>) -> Self {
        Self(stream.io().peer_cred().ok())
    }
}

/// The user that runs the server, and root: nobody else, whatever the file's mode says.
async fn same_user(
    State(owner): State<Owner>,
    ConnectInfo(PeerUser(peer)): ConnectInfo<PeerUser>,
    request: Request,
    next: Next,
) -> Response {
    let uid = peer.map(|peer| peer.uid());
    if uid == Some(0) || uid == Some(owner.uid) {
        return next.run(request).await;
    }
    Failed::new(ProblemCode::Forbidden, "This socket is for the user that runs the server.").into_response()
}
