//! The door: takes connections, plain and with TLS, and lets nobody stand in it.
//!
//! Every listener of THON for browsers goes through one reception, so that limits, trust and the access log are the same at
//! all of them.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use http::HeaderValue;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use thon_domain::network::Network;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout_at},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    connection::Connection,
    places::{Place, Places},
};
use crate::{
    caller::{self, Scheme},
    front_key::FrontKey,
    tls::{ACME_TLS, HTTP_2},
};

mod announced;
mod connection;
pub(crate) mod places;
mod responder;
mod visitor;

pub use self::responder::Responder;
pub(crate) use self::visitor::{OfSandbox, Question};
pub use crate::paced::RequestBody;

/// How long no connection is taken when the process has no descriptor left.
const BREATHER: Duration = Duration::from_secs(1);

/// What one caller may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How large the headers of a request may be, in bytes.
    pub header_bytes: usize,
    /// How many headers a request may have.
    pub headers: usize,
    /// How long the headers of a request may take; an idle connection of HTTP/1.1 ends after it, too.
    pub header_timeout: Duration,
    /// How long a caller who sends the body of a request may say nothing.
    pub body_timeout: Duration,
    /// How long agreeing on TLS may take, with what a load balancer says before it.
    pub handshake_timeout: Duration,
    pub connections_per_address: usize,
}

impl Default for Limits {
    /// Far more than a browser needs, or a venue behind one address.
    fn default() -> Self {
        Self {
            header_bytes: 64 << 10,
            headers: 128,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_mins(1),
            handshake_timeout: Duration::from_secs(10),
            connections_per_address: 10_000,
        }
    }
}

/// What holds at all doors.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub limits: Limits,
    /// Proxies whose word about a caller is taken.
    pub trusted: Vec<Network>,
    /// Load balancers that begin each connection with a PROXY protocol header, which nobody else may.
    pub proxy_protocol: Vec<Network>,
    /// For how many seconds browsers remember to come by HTTPS only; 0 says nothing to them.
    pub hsts_s: u32,
    pub access_log: bool,
    /// By what a server in front on this machine is known, whose word about a caller is taken then.
    pub front: Option<FrontKey>,
    /// By what its questions are known, where it leads requests to editors by itself.
    pub question: Option<FrontKey>,
}

/// What a door speaks.
#[derive(Clone, Debug)]
pub enum Speaks {
    Http,
    Https(Arc<ServerConfig>),
}

/// How long a door is open.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Fires when no connection is taken any more, and callers shall come back by another.
    pub leaving: CancellationToken,
    /// Fires when connections shall end with the answers that are under way.
    pub stop: CancellationToken,
    /// Where connections run.
    pub connections: TaskTracker,
}

/// The rules of all doors, and who is inside. Clones are one and the same.
#[derive(Clone, Debug)]
pub struct Reception(Arc<House>);

#[derive(Debug)]
pub(crate) struct House {
    rules: Rules,
    hsts: Option<HeaderValue>,
    places: Places,
}

impl Reception {
    pub fn new(rules: Rules) -> Self {
        let hsts = (rules.hsts_s > 0).then(|| HeaderValue::try_from(format!("max-age={}", rules.hsts_s)).ok());
        let places = Places::new(rules.limits.connections_per_address);
        Self(Arc::new(House { hsts: hsts.flatten(), places, rules }))
    }

    /// Lets callers in until the opening is over. Their connections may outlive it.
    pub async fn serve(&self, listener: TcpListener, speaks: Speaks, service: impl Responder, opening: Opening) {
        loop {
            let taken = tokio::select! {
                biased;
                () = opening.leaving.cancelled() => return,
                () = opening.stop.cancelled() => return,
                taken = listener.accept() => taken,
            };
            match taken {
                Ok((stream, peer)) => {
                    let arrival = Arrival { stream, peer, reception: self.clone(), opening: opening.clone() };
                    opening.connections.spawn(arrival.served(speaks.clone(), service.clone()));
                }
                Err(error) if is_the_callers(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be taken for a moment");
                    sleep(BREATHER).await;
                }
            }
        }
    }
}

/// Whether a connection was gone before it was taken.
fn is_the_callers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Somebody who has just come.
struct Arrival {
    stream: TcpStream,
    peer: SocketAddr,
    reception: Reception,
    opening: Opening,
}

impl Arrival {
    async fn served(mut self, speaks: Speaks, service: impl Responder) {
        // Small answers and single keys are not to wait for more.
        let _ = self.stream.set_nodelay(true);
        let deadline = Instant::now() + self.reception.0.rules.limits.handshake_timeout;
        let Some((peer, place)) = self.known(deadline).await else { return };
        let port = self.stream.local_addr().map_or(0, |address| address.port());
        let scheme = if matches!(speaks, Speaks::Http) { Scheme::Http } else { Scheme::Https };
        let connection = Connection { peer, port, scheme, place, reception: self.reception, opening: self.opening };
        let config = match speaks {
            Speaks::Http => return connection.http_1(TokioIo::new(self.stream), service).await,
            Speaks::Https(config) => config,
        };
        let stream = match timeout_at(deadline, TlsAcceptor::from(config).accept(self.stream)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return tracing::debug!(%peer, %error, "no agreement on TLS"),
            Err(_) => return tracing::debug!(%peer, "agreeing on TLS took too long"),
        };
        match stream.get_ref().1.alpn_protocol() {
            // The handshake was all that an ACME server wanted.
            Some(ACME_TLS) => {}
            Some(HTTP_2) => connection.http_2(TokioIo::new(stream), service).await,
            _ => connection.http_1(TokioIo::new(stream), service).await,
        }
    }

    /// Who it is, with a place of their own; nobody without one is let in.
    ///
    /// A trusted proxy takes none, nor does what may be the server in front: those behind it are counted one by one, with
    /// their requests.
    async fn known(&mut self, deadline: Instant) -> Option<(SocketAddr, Option<Place>)> {
        let House { rules, places, .. } = &*self.reception.0;
        let mut peer = SocketAddr::new(self.peer.ip().to_canonical(), self.peer.port());
        if caller::is_trusted(peer.ip(), &rules.proxy_protocol) {
            match timeout_at(deadline, announced::read(&mut self.stream)).await {
                Ok(Ok(announced)) => peer = announced.unwrap_or(peer),
                Ok(Err(error)) => {
                    tracing::warn!(%peer, %error, "a load balancer does not say who is behind it");
                    return None;
                }
                Err(_) => return None,
            }
        }
        let may_be_front = rules.front.is_some() && peer.ip().is_loopback();
        if may_be_front || caller::is_trusted(peer.ip(), &rules.trusted) {
            return Some((peer, None));
        }
        let place = places.take(peer.ip());
        if place.is_none() {
            tracing::warn!(address = %peer.ip(), "too many connections from one address");
        }
        Some((peer, Some(place?)))
    }
}
