//! Listening: on addresses for browsers, on a socket for the operator's own commands.

use std::{future::pending, io, os::unix::fs::MetadataExt as _};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    serve::{IncomingStream, Listener},
};
use camino::Utf8Path;
use thon_domain::problem::ProblemCode;
use thon_edge::{
    Outer,
    door::{Opening, Speaks},
};
use tokio::net::{TcpListener, UnixListener, unix::UCred};
use tokio_util::sync::CancellationToken;

use super::{
    doors::{Door, Leads},
    work::Work,
};
use crate::{front::Front, http::problem::Failed};

/// Answers browsers: the edge first, then the dashboard.
pub fn on_address(door: Door<TcpListener>, edge: Outer<Router>, front: &Front, work: &Work) {
    let Door { listener, leads } = door;
    let reception = front.reception.clone();
    let opening = Opening {
        leaving: work.leaving.clone(),
        stop: work.service.stopping().clone(),
        connections: work.service.tracker().clone(),
    };
    match (leads, &front.tls) {
        (Leads::In, _) => {
            work.service.start(|_| async move { reception.serve(listener, Speaks::Http, edge, opening).await });
        }
        (Leads::InByTls, Some(tls)) => {
            let speaks = Speaks::Https(tls.clone());
            work.service.start(|_| async move { reception.serve(listener, speaks, edge, opening).await });
        }
        (Leads::ToHttps, _) => {
            let to_https = front.to_https.clone();
            work.service.start(|_| async move { reception.serve(listener, Speaks::Http, to_https, opening).await });
        }
        (Leads::InByTls, None) => tracing::error!("a port for HTTPS is open, but nothing speaks it"),
    }
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

/// Answers the operator's commands on a socket that nobody else may use.
///
/// # Errors
/// When the socket's file has gone.
pub fn on_socket(listener: UnixListener, path: &Utf8Path, router: Router, work: &Work) -> io::Result<()> {
    let owner = Owner { uid: std::fs::metadata(path)?.uid() };
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
