//! Ports: a door for each sandbox, where sandboxes have no names but ports of one address.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{IpAddr, SocketAddr},
};

use tokio::{
    net::TcpListener,
    sync::{Mutex, oneshot},
};
use tokio_util::sync::CancellationToken;

use crate::door::{Opening, Reception, Responder, Speaks};

/// The doors at an address that come and go.
///
/// Requests carry the port that they came to as [`LocalPort`](crate::LocalPort).
pub struct Ports<S> {
    reception: Reception,
    host: IpAddr,
    speaks: Speaks,
    service: S,
    opening: Opening,
    open: Mutex<BTreeMap<u16, Open>>,
}

/// A port that could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("port {port} cannot be opened: {cause}")]
pub struct PortError {
    pub port: u16,
    #[source]
    pub cause: io::Error,
}

/// A door that stands open.
struct Open {
    stop: CancellationToken,
    /// Hears when the listener is closed.
    closed: oneshot::Receiver<()>,
}

impl<S: Responder> Ports<S> {
    /// Reception of one kind at one address, none of them open yet.
    pub fn new(reception: Reception, host: IpAddr, speaks: Speaks, service: S, opening: Opening) -> Self {
        Self { reception, host, speaks, service, opening, open: Mutex::default() }
    }

    /// Opens what is wanted and closes all else. Ports that stay open notice nothing.
    ///
    /// A port that was closed is free when this comes back; its connections end with what is under way. What could not be
    /// opened is tried again the next time.
    pub async fn apply(&self, wanted: &BTreeSet<u16>) -> Vec<PortError> {
        let mut open = self.open.lock().await;
        let unwanted: Vec<u16> = open.keys().filter(|port| !wanted.contains(port)).copied().collect();
        for port in unwanted {
            if let Some(Open { stop, closed }) = open.remove(&port) {
                stop.cancel();
                // A door that broke is closed as well.
                let _ = closed.await;
            }
        }
        let mut refused = Vec::new();
        for &port in wanted {
            if open.contains_key(&port) {
                continue;
            }
            match TcpListener::bind(SocketAddr::new(self.host, port)).await {
                Ok(listener) => drop(open.insert(port, self.opened(listener))),
                Err(cause) => refused.push(PortError { port, cause }),
            }
        }
        refused
    }

    fn opened(&self, listener: TcpListener) -> Open {
        let (told, closed) = oneshot::channel();
        let stop = self.opening.stop.child_token();
        let opening = Opening { stop: stop.clone(), ..self.opening.clone() };
        let (reception, speaks, service) = (self.reception.clone(), self.speaks.clone(), self.service.clone());
        self.opening.connections.spawn(async move {
            reception.serve(listener, speaks, service, opening).await;
            // Whoever closed it may have stopped waiting.
            let _ = told.send(());
        });
        Open { stop, closed }
    }
}
