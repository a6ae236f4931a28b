//! Listening: on addresses for browsers, on a socket for the operator's own commands.

use std::{
    convert::Infallible,
    fs, io,
    net::SocketAddr,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    task::{Context, Poll},
};

use anyhow::Context as _;
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    serve::IncomingStream,
};
use camino::Utf8Path;
use futures::{FutureExt as _, future::BoxFuture};
use thon_core::task::Tasks;
use thon_domain::problem::ProblemCode;
use thon_edge::{Outer, Peer};
use tokio::net::{TcpListener, UnixListener, unix::UCred};
use tower::Service;

use crate::http::problem::Failed;

/// Answers browsers: the edge first, then the dashboard.
pub fn on_address(listener: TcpListener, edge: Outer<Router>, tasks: &Tasks) {
    tasks.start(|stop| async move {
        let served = axum::serve(listener, Doors(edge)).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "cannot listen any more");
        }
    });
}

/// Makes the service of one connection, which knows who is at the other end.
struct Doors(Outer<Router>);

impl Service<IncomingStream<'_, TcpListener>> for Doors {
    type Response = Door;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Door, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stream: IncomingStream<'_, TcpListener>) -> Self::Future {
        std::future::ready(Ok(Door { edge: self.0.clone(), peer: *stream.remote_addr() }))
    }
}

/// The service of one connection.
#[derive(Clone)]
struct Door {
    edge: Outer<Router>,
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
        self.edge.call(request).map(|answer| answer.map(|response| response.map(Body::new))).boxed()
    }
}

/// Answers the operator's commands on a socket that nobody else may use.
///
/// # Errors
/// When the socket cannot be made.
pub fn on_socket(path: &Utf8Path, router: Router, tasks: &Tasks) -> anyhow::Result<()> {
    let (listener, owner) = bind(path).with_context(|| format!("cannot listen on {path}"))?;
    let service = router.layer(from_fn_with_state(owner, same_user)).into_make_service_with_connect_info::<PeerUser>();
    let path = path.to_owned();
    tasks.start(|stop| async move {
        let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "cannot listen on the socket any more");
        }
        // Already gone is fine too.
        let _ = fs::remove_file(&path);
    });
    Ok(())
}

/// We own the database, so a socket file that is there already is a dead server's.
fn bind(path: &Utf8Path) -> io::Result<(UnixListener, Owner)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    let owner = Owner { uid: fs::metadata(path)?.uid() };
    Ok((listener, owner))
}

/// The user that runs the server.
#[derive(Clone, Copy, Debug)]
struct Owner {
    uid: u32,
}

/// Who is at the other end of the socket.
#[derive(Clone, Debug)]
struct PeerUser(Option<UCred>);

impl Connected<IncomingStream<'_, UnixListener>> for PeerUser {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
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
