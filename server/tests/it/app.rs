//! A whole THON in one test: database, server, edge, socket and simulated sandboxes, on real sockets of 127.0.0.1.
//!
//! Tests read as sentences: `app.admin().await.post("/api/instances").json(…).await`. Dropping the app stops the server
//! and fails the test if a task of it goes on.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use tempfile::TempDir;
use thon_app::shell::Assets;
use thon_core::clock::{Clock, Nature, UuidV7};
use thon_server::{
    config::{Config, Sources},
    front::Front,
    lifecycle::{
        Founded, Running,
        doors::{Doors, Leads},
    },
};
use thon_store::Store;
use tokio::net::TcpListener;

mod answer;
mod client;
mod database;
mod people;
mod ports;
mod tls;

pub use answer::{Answer, without_port};
pub use client::Client;
pub use database::Kind;
pub use ports::Block as PortBlock;
pub use tls::{Said, ask_over_tls, trusting, trusting_pem};

/// Two groups, three people.
pub const GROUPS: &str = "groups:\n  alpha: [alice, bob]\n  beta: [carol]\n";

/// What runs the sandboxes unless a test wants Docker.
const SIMULATED: &str = "runtime: simulated";

/// A running server with everything around it.
pub struct TestApp {
    running: Option<Running>,
    config: Config,
    clock: Shifted,
    port: u16,
    _ports: ports::Block,
    _database: database::Database,
    folder: TempDir,
}

impl TestApp {
    /// A server on SQLite with [`GROUPS`] and nothing launched.
    pub async fn new() -> Self {
        Self::on(Kind::Sqlite).await
    }

    pub async fn on(kind: Kind) -> Self {
        Self::configured(kind, "").await
    }

    /// A server with more in its `thon.yaml`.
    pub async fn configured(kind: Kind, yaml: &str) -> Self {
        Self::running_on(SIMULATED, kind, yaml).await
    }

    /// A server on a Docker whose socket this is, whether anybody listens there or not.
    pub async fn on_docker_at(socket: &Path) -> Self {
        Self::running_on(&format!("runtime: docker, docker_host: '{}'", socket.display()), Kind::Sqlite, "").await
    }

    async fn running_on(runtime: &str, kind: Kind, yaml: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (ports, database) = (ports::Block::take(), kind.database(&folder));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let config = configuration(&folder, (&database.url, port), (runtime, ports.first()), yaml);
        let clock = Shifted::default();
        let running = started(&config, &clock, listener).await;
        Self { running: Some(running), config, clock, port, _ports: ports, _database: database, folder }
    }

    /// Stops the server and starts it again on the same database and port.
    pub async fn restart(&mut self) {
        self.running.take().expect("it runs").stop(Duration::from_secs(5)).await;
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("the port is free again");
        self.running = Some(started(&self.config, &self.clock, listener).await);
    }

    /// Lets time pass, for THON only.
    pub fn pass(&self, time: TimeDelta) {
        *self.clock.0.lock().expect("a lock") += time;
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn store(&self) -> &Store {
        &self.running.as_ref().expect("it runs").store
    }

    /// What callers from outside come to.
    pub fn front(&self) -> &Front {
        &self.running.as_ref().expect("it runs").front
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("thon.sock")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let Some(running) = self.running.take() else { return };
        let work = running.work.clone();
        let stopped = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(running.stop(Duration::from_secs(5)))
        });
        if !std::thread::panicking() {
            assert!(stopped, "work is left over: {work:?}");
        }
    }
}

async fn started(config: &Config, clock: &Shifted, listener: TcpListener) -> Running {
    let nature = Nature { clock: Arc::new(clock.clone()), ids: Arc::new(UuidV7) };
    let founded = Founded::on(config, nature).await.expect("the database is ours");
    // The tests here look at no script or style, so none has to be built for them.
    let site = Assets { css: "/pkg/t.css".to_owned(), js: "/pkg/t.js".to_owned(), wasm: "/pkg/t.wasm".to_owned() };
    let listener = listener.into_std().expect("a socket");
    let doors = Doors::at(listener, &config.home.socket()).expect("the operator's socket");
    let doors = match config.edge.https_port {
        Some(port) => {
            let listener = std::net::TcpListener::bind(("127.0.0.1", port)).expect("a free port");
            doors.and(listener, Leads::InByTls).expect("a socket")
        }
        None => doors,
    };
    Box::pin(founded.start(config, site, &doors)).await.expect("the server starts")
}

fn configuration(
    folder: &TempDir,
    (database, port): (&str, u16),
    (runtime, sandboxes): (&str, u16),
    more: &str,
) -> Config {
    let path = folder.path().to_str().expect("UTF-8");
    let yaml = format!(
        "dashboard: {{port: {port}}}\ndatabase: {{url: '{database}'}}\n\
         sandbox: {{{runtime}, starting_port: {sandboxes}, parallel_starts: 8}}\n{GROUPS}{more}"
    );
    std::fs::write(folder.path().join("thon.yaml"), yaml).expect("a file");
    let public = format!("{}-{}", sandboxes + 32, sandboxes + 62);
    let environment = [("THON_HOME".to_owned(), path.to_owned()), ("THON_PUBLIC_PORTS".to_owned(), public)].into();
    let sources = Sources { environment, current_dir: path.into(), ..Sources::default() };
    Config::load(&sources).expect("a good configuration").config
}

/// The machine's clock, set forward by as much as the test wants.
#[derive(Clone, Default)]
struct Shifted(Arc<Mutex<TimeDelta>>);

impl Clock for Shifted {
    #[expect(clippy::disallowed_methods, reason = "stands in for the one home of the wall clock")]
    fn now(&self) -> DateTime<Utc> {
        (Utc::now() + *self.0.lock().expect("a lock")).trunc_subsecs(6)
    }

    fn monotonic(&self) -> std::time::Instant {
        std::time::Instant::now()
    }
}
