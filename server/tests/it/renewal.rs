//! The certificate ends in the middle of the event: the next one is there before, and nobody who is inside notices.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    time_provider::TimeProvider,
};
use serde_json::json;
use thon_domain::live::{FleetView, LiveMessage};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{ClientRequestBuilder, Message},
};

use crate::app::{Kind, PortBlock, TestApp};

/// THON looks at its certificate four times a minute.
const RENEWED_WITHIN: Duration = Duration::from_secs(40);
const SOON: Duration = Duration::from_secs(20);

/// A browser whose clock goes with THON's.
#[derive(Debug)]
struct At(DateTime<Utc>);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        let since = u64::try_from(self.0.timestamp()).expect("after 1970");
        Some(UnixTime::since_unix_epoch(Duration::from_secs(since)))
    }
}

/// A connection over TLS as a browser makes it that trusts THON's own authority.
async fn agreed(app: &TestApp, port: u16) -> TlsStream<TcpStream> {
    let root = app.stranger().get("/ca.crt").await.with_status(200).body;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root.as_bytes()).expect("PEM")).expect("a root");
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_details(provider, Arc::new(At(app.now())));
    let config = config.with_safe_default_protocol_versions().expect("versions");
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let name = ServerName::try_from("localhost").expect("a name");
    timeout(SOON, TlsConnector::from(Arc::new(config)).connect(name, stream)).await.expect("in time").expect("TLS")
}

fn shown(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().expect("a certificate")[0].to_vec()
}

/// The next message of a socket that stands open.
async fn heard(socket: &mut WebSocketStream<TlsStream<TcpStream>>) -> LiveMessage {
    loop {
        let message = timeout(SOON, socket.next()).await.expect("in time").expect("it is open").expect("a message");
        if let Message::Text(text) = message {
            return serde_json::from_str(&text).expect("a message");
        }
    }
}

/// When the certificate in use is to be renewed, once there is one.
async fn renewal(app: &TestApp) -> DateTime<Utc> {
    let looking = async {
        loop {
            let status = app.operator().get("/api/certificates").await.with_status(200).json();
            if let Some(at) = status["certificate"]["renew_at"].as_str() {
                return at.parse().expect("a time");
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(SOON, looking).await.expect("a certificate")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ends_mid_event_is_renewed_and_nobody_is_dropped() {
    let ports = PortBlock::take();
    let port = ports.first();
    let yaml = format!("nginx: {{domain: thon.example.org}}\nedge: {{https_port: {port}}}\n");
    let app = TestApp::configured(Kind::Sqlite, &yaml).await;
    // The event begins an hour before the certificate is due.
    app.pass(renewal(&app).await - app.now() - TimeDelta::hours(1));
    let operator = app.operator();
    let token = operator.post("/api/tokens").json(json!({ "name": "wall", "scope": "read" })).await.with_status(201);
    let token = token.json()["token"].as_str().expect("a token").to_owned();
    let view: FleetView = operator.get("/api/live/snapshot").await.with_status(200).read();

    let stream = agreed(&app, port).await;
    let first = shown(&stream);
    let target = format!("ws://localhost:{port}/api/live?after={}", view.number).parse().expect("a URL");
    let request = ClientRequestBuilder::new(target).with_header("Authorization", format!("Bearer {token}"));
    let (mut inside, _) = client_async(request, stream).await.expect("a websocket");
    while !matches!(heard(&mut inside).await, LiveMessage::Ready { .. }) {}

    app.pass(TimeDelta::hours(2));
    let renewing = async {
        while shown(&agreed(&app, port).await) == first {
            sleep(Duration::from_millis(250)).await;
        }
    };
    timeout(RENEWED_WITHIN, renewing).await.expect("another certificate is shown");

    operator.post("/api/instances/launch-missing").json(json!({})).await.with_status(202);
    // Whoever was inside still is, and hears of it.
    while !matches!(heard(&mut inside).await, LiveMessage::Activity { .. }) {}
}
