//! An edge with a gatekeeper of its own, listening on a real port, and ways to ask it.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, request};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use thon_domain::{
    address::{Addresses, Doorway},
    id::{AccountId, InstanceId, UserId},
    instance::State,
    route::{EditorSecret, Route, RouteTable, Upstream},
    slug::Slug,
};
use thon_edge::{Admission, Edge, EditorCookie, Gatekeeper, Hosts, Peer, Refusal};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;
use uuid::Uuid;

use crate::editor::Editor;

pub const ALICE: &str = "alpha-alice";
pub const BOB: &str = "alpha-bob";
/// What Alice's browser holds.
pub const COOKIE: &str = "thon_editor=of-alice";

/// Longer than anything here takes, shorter than a person's patience.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn slug(text: &str) -> Slug {
    Slug::new(text).expect("a slug")
}

pub fn instance(name: &str) -> InstanceId {
    InstanceId::new(Uuid::from_u128(name.bytes().fold(1, |sum, byte| sum * 31 + u128::from(byte))))
}

pub fn account(who: &str) -> AccountId {
    AccountId::new(Uuid::from_u128(who.bytes().fold(7, |sum, byte| sum * 31 + u128::from(byte))))
}

pub fn route(name: &str, state: State, upstream: Option<(SocketAddr, &str)>) -> Route {
    Route {
        slug: slug(name),
        instance: instance(name),
        user: UserId::new(Uuid::from_u128(1)),
        state,
        reason: None,
        keeps_files: true,
        public_port: None,
        upstream: upstream.map(|(address, secret)| Upstream {
            address,
            secret: EditorSecret::new(secret),
            asks_password: false,
        }),
    }
}

pub fn running(name: &str, editor: &Editor) -> Route {
    route(name, State::Running, Some((editor.address(), editor.secret())))
}

pub fn table(routes: impl IntoIterator<Item = Route>) -> RouteTable {
    routes.into_iter().collect()
}

/// Alice and Bob are let into their own sandbox. One ticket each; everything that happens is written down.
#[derive(Default)]
pub struct Gate {
    pub revoked: Mutex<HashMap<&'static str, CancellationToken>>,
    pub used: Mutex<Vec<String>>,
    pub started: Mutex<Vec<Slug>>,
    pub lost: Mutex<Vec<InstanceId>>,
    /// Whose tunnels are open.
    pub open: Arc<Mutex<Vec<UserId>>>,
    /// Whom a server in front led by itself.
    pub led: Mutex<Vec<AccountId>>,
}

/// One open tunnel.
struct Open(Arc<Mutex<Vec<UserId>>>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().expect("a lock").pop();
    }
}

impl Gate {
    pub fn token(&self, who: &'static str) -> CancellationToken {
        self.revoked.lock().expect("a lock").entry(who).or_default().clone()
    }

    pub fn lost(&self) -> Vec<InstanceId> {
        self.lost.lock().expect("a lock").clone()
    }

    pub fn led(&self) -> Vec<AccountId> {
        self.led.lock().expect("a lock").clone()
    }

    pub fn open(&self) -> Vec<UserId> {
        self.open.lock().expect("a lock").clone()
    }
}

#[async_trait]
impl Gatekeeper for Gate {
    async fn redeem(&self, ticket: &str, doorway: &Doorway) -> Result<EditorCookie, Refusal> {
        let mut used = self.used.lock().expect("a lock");
        if ticket != "ticket-of-alice" || doorway.slug.as_str() != ALICE || used.iter().any(|it| it == ticket) {
            return Err(Refusal::Unknown);
        }
        used.push(ticket.to_owned());
        Ok(EditorCookie::new("of-alice").expect("a cookie"))
    }

    async fn admit(&self, cookie: Option<&str>, doorway: &Doorway) -> Result<Admission, Refusal> {
        let (who, home) = match cookie.unwrap_or_default() {
            "of-alice" => ("alice", ALICE),
            "of-bob" => ("bob", BOB),
            "of-nobody-knows" => return Err(Refusal::Unavailable),
            _ => return Err(Refusal::Unknown),
        };
        let revoked = self.token(who);
        match (revoked.is_cancelled(), doorway.slug.as_str() == home) {
            (true, _) => Err(Refusal::Unknown),
            (false, false) => Err(Refusal::Forbidden),
            (false, true) => {
                Ok(Admission { revoked, may_start: who == "alice", guest: false, viewer: Some(account(who)) })
            }
        }
    }

    async fn start(&self, cookie: &str, doorway: &Doorway) -> Result<(), Refusal> {
        if !self.admit(Some(cookie), doorway).await?.may_start {
            return Err(Refusal::Forbidden);
        }
        self.started.lock().expect("a lock").push(doorway.slug.clone());
        Ok(())
    }

    fn lost(&self, instance: InstanceId) {
        self.lost.lock().expect("a lock").push(instance);
    }

    fn opened(&self, user: UserId, _: Option<AccountId>) -> Box<dyn Send> {
        self.open.lock().expect("a lock").push(user);
        Box::new(Open(self.open.clone()))
    }

    fn led(&self, _: UserId, viewer: Option<AccountId>) {
        self.led.lock().expect("a lock").extend(viewer);
    }
}

pub struct House {
    pub edge: Edge,
    pub gate: Arc<Gate>,
    pub tunnels: TaskTracker,
    pub address: SocketAddr,
    pub tasks: TaskTracker,
}

impl House {
    pub async fn new() -> Self {
        Self::addressed(Addresses::local(8100)).await
    }

    /// A house whose sandboxes are found like this.
    pub async fn addressed(addresses: Addresses) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (gate, tunnels, tasks) = (Arc::new(Gate::default()), TaskTracker::new(), TaskTracker::new());
        let hosts = Hosts::new(&addresses, ["thon.example.org"]);
        let edge = Edge::new(hosts, gate.clone(), tunnels.clone());
        tasks.spawn(listen(listener, edge.clone(), tasks.clone()));
        Self { edge, gate, tunnels, address, tasks }
    }

    /// A house in which Alice's editor runs.
    pub async fn with_alice() -> (Self, Editor) {
        let (house, editor) = (Self::new().await, Editor::start("alice").await);
        house.edge.apply(&table([running(ALICE, &editor)]));
        (house, editor)
    }

    /// Asks on a connection of its own; the answer's body is still to be read.
    pub async fn ask(&self, request: Request<Full<Bytes>>) -> Response<Incoming> {
        let stream = TcpStream::connect(self.address).await.expect("a connection");
        let (mut send, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        self.tasks.spawn(connection.with_upgrades());
        tokio::time::timeout(PATIENCE, send.send_request(request)).await.expect("in time").expect("an answer")
    }

    /// Asks and reads everything.
    pub async fn answer(&self, request: Request<Full<Bytes>>) -> Said {
        let (parts, body) = self.ask(request).await.into_parts();
        let body = tokio::time::timeout(PATIENCE, body.collect()).await.expect("in time").expect("a body").to_bytes();
        Said { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn get(&self, request: request::Builder) -> Said {
        self.answer(request.body(Full::default()).expect("a request")).await
    }

    /// Sends bytes as they are and reads until the edge closes.
    pub async fn raw(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("in time").ok();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Said {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Said {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What the editor was sent under this header.
    pub fn sent(&self, name: &str) -> Vec<&str> {
        self.text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
    }
}

/// A program's request to Alice's sandbox, with her cookie.
pub fn alice(path: &str) -> request::Builder {
    stranger(path).header("cookie", COOKIE)
}

/// A program's request to Alice's sandbox, without a cookie.
pub fn stranger(path: &str) -> request::Builder {
    Request::builder().uri(path).header("host", "alpha-alice.localhost:8100")
}

async fn listen(listener: TcpListener, edge: Edge, tasks: TaskTracker) {
    while let Ok((stream, peer)) = listener.accept().await {
        let dashboard = tower::service_fn(|request: Request<Incoming>| async move {
            let body = format!("dashboard {}", request.uri().path());
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body))))
        });
        let service = edge.wrap(dashboard).map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            request
        });
        tasks.spawn(async move {
            let builder = auto::Builder::new(TokioExecutor::new());
            builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service)).await.ok();
        });
    }
}

/// The empty body of a request that is sent through a connection by hand.
pub fn nothing() -> Empty<Bytes> {
    Empty::new()
}
