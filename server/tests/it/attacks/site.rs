//! A whole server in one tier, and requests to it as they stand on the wire.

use std::{net::SocketAddr, time::Duration};

use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

pub use crate::app::Said;
use crate::app::{Kind, PortBlock, TestApp};

/// Nothing here takes longer.
const SOON: Duration = Duration::from_secs(20);

/// The password of the organizers.
pub const PASSWORD: &str = "correct-horse";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    Local,
    Domain,
    Address,
    Path,
}

/// A server on which alpha's Alice and Bob work.
pub struct Site {
    pub app: TestApp,
    pub tier: Tier,
    client: Option<TlsConnector>,
    secure_port: u16,
    _ports: PortBlock,
}

/// Where a browser goes: to which socket, under which host, and what stands before every path there.
#[derive(Clone, Debug)]
pub struct Place {
    pub at: SocketAddr,
    pub host: String,
    pub prefix: String,
    pub secure: bool,
}

impl Place {
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.host)
    }
}

impl Site {
    pub async fn of(tier: Tier) -> Self {
        let ports = PortBlock::take();
        let secure_port = ports.first();
        let reached = match tier {
            Tier::Local => String::new(),
            Tier::Domain => format!("nginx: {{domain: thon.example.org}}\nedge: {{https_port: {secure_port}}}\n"),
            Tier::Address => {
                format!("external_ip: 127.0.0.2\nedge: {{https_port: {secure_port}, host: 127.0.0.2}}\n")
            }
            Tier::Path => {
                format!("nginx: {{domain: thon.example.org}}\nedge: {{https_port: {secure_port}, tier: path}}\n")
            }
        };
        let yaml = format!("{reached}auth: {{local_password: {PASSWORD}}}\n");
        let app = Box::pin(TestApp::configured(Kind::Sqlite, &yaml)).await;
        for who in ["alpha/alice", "alpha/bob"] {
            app.running(who).await;
        }
        let client = if tier == Tier::Local { None } else { Some(TlsConnector::from(app.trusted().await)) };
        Self { app, tier, client, secure_port, _ports: ports }
    }

    pub fn dashboard(&self) -> Place {
        let (port, name) = match self.tier {
            Tier::Local => (self.app.port(), "localhost"),
            Tier::Domain | Tier::Path => (self.secure_port, "thon.example.org"),
            Tier::Address => (self.secure_port, "127.0.0.2"),
        };
        let at = SocketAddr::from(([127, 0, 0, 1], port));
        Place { at, host: format!("{name}:{port}"), prefix: String::new(), secure: self.tier != Tier::Local }
    }

    /// Where somebody's editor is, as the server says.
    pub async fn editor(&self, slug: &str) -> Place {
        let list: Value = self.app.admin().await.get("/api/instances").await.with_status(200).read();
        let all = list["instances"].as_array().expect("instances");
        let url = all.iter().find(|one| one["slug"] == slug).expect("an instance")["url"].as_str().expect("an address");
        let (_, rest) = url.split_once("://").expect("a scheme");
        let (host, path) = rest.split_once('/').expect("a path");
        let dashboard = self.dashboard();
        let at = if self.tier == Tier::Address { host.parse().expect("an address") } else { dashboard.at };
        let prefix = if path.is_empty() { String::new() } else { format!("/{}", path.trim_end_matches('/')) };
        Place { at, host: host.to_owned(), prefix, ..dashboard }
    }

    /// Sends bytes as they stand and reads until the server has no more to say.
    pub async fn say(&self, place: &Place, bytes: &[u8]) -> Said {
        let stream = TcpStream::connect(place.at).await.expect("a connection");
        let Some(client) = self.client.as_ref().filter(|_| place.secure) else { return exchange(stream, bytes).await };
        let dashboard = self.dashboard().host;
        let host = if place.prefix.is_empty() { &place.host } else { &dashboard };
        let name = host.rsplit_once(':').expect("a port").0.to_owned();
        let agreed = client.connect(ServerName::try_from(name).expect("a name"), stream);
        exchange(timeout(SOON, agreed).await.expect("in time").expect("a certificate for this host"), bytes).await
    }

    /// Asks as a program does that knows this place. `line` is a method and a path.
    pub async fn ask(&self, place: &Place, line: &str, headers: &[(&str, &str)]) -> Said {
        self.send(place, line, headers, "").await
    }

    pub async fn send(&self, place: &Place, line: &str, headers: &[(&str, &str)], body: &str) -> Said {
        use std::fmt::Write as _;
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let (prefix, host, length) = (&place.prefix, &place.host, body.len());
        let mut text = format!("{method} {prefix}{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n");
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n").expect("a text");
        }
        if !headers.iter().any(|(name, _)| *name == "Connection") {
            text.push_str("Connection: close\r\n");
        }
        self.say(place, format!("{text}\r\n{body}").as_bytes()).await
    }

    /// The name of the dashboard's cookie here.
    pub const fn session_name(&self) -> &'static str {
        if matches!(self.tier, Tier::Local) { "thon_session" } else { "__Host-thon_session" }
    }

    /// The cookie of somebody who is signed in.
    pub async fn session(&self, who: &str) -> String {
        format!("{}={}", self.session_name(), self.app.participant(who).await.cookie("thon_session"))
    }

    pub async fn admin(&self) -> String {
        format!("{}={}", self.session_name(), self.app.admin().await.cookie("thon_session"))
    }

    /// The path with a ticket to somebody's editor, for whoever may have one.
    pub async fn ticket(&self, session: &str, slug: &str) -> String {
        let opened = self.ask(&self.dashboard(), &format!("GET /open/{slug}?to=/"), &[("Cookie", session)]).await;
        let place = self.editor(slug).await;
        let before = format!("{}{}", place.origin(), place.prefix);
        opened.header("location").strip_prefix(&before).unwrap_or_else(|| panic!("{}", opened.head)).to_owned()
    }

    /// The cookie of somebody who is in an editor.
    pub async fn entered(&self, session: &str, slug: &str) -> String {
        let ticket = self.ticket(session, slug).await;
        let answer = self.ask(&self.editor(slug).await, &format!("GET {ticket}"), &[]).await;
        answer.header("set-cookie").split(';').next().expect("a cookie").to_owned()
    }
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, bytes: &[u8]) -> Said {
    // A server that has seen enough closes before all is sent.
    stream.write_all(bytes).await.ok();
    let mut said = Vec::new();
    timeout(SOON, stream.read_to_end(&mut said)).await.expect("an end in time").ok();
    Said::of(&said)
}
