//! The dashboard over TLS: its live stream as a websocket over HTTP/1.1 and HTTP/2, for its own pages only.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper::{client::conn::http2, ext::Protocol};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, pki_types::ServerName};
use thon_domain::live::{FleetView, LiveMessage};
use thon_edge::tls::Pem;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{ClientRequestBuilder, Error, Message, protocol::Role},
};

use crate::app::{Kind, PortBlock, TestApp, trusting};

const SOON: Duration = Duration::from_secs(20);

/// A server with a certificate, and who trusts it.
struct Secured {
    port: u16,
    /// The last activity when it began.
    number: i64,
    cookie: String,
    client: ClientConfig,
    _app: TestApp,
    _ports: PortBlock,
}

impl Secured {
    async fn running() -> Self {
        let ports = PortBlock::take();
        let port = ports.first();
        let app = TestApp::configured(Kind::Sqlite, &format!("edge: {{https_port: {port}}}\n")).await;
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let (chain, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let pem = Pem { chain: chain.as_bytes(), key: key.as_bytes() };
        // THON's own authority makes one as well, which would else take the place of this one later.
        app.certified().await;
        app.front().certificates.replace(&[pem]).expect("a good certificate");
        let client = trusting(made.cert.der().clone());
        let admin = app.admin().await;
        let cookie = format!("__Host-thon_session={}", admin.cookie("thon_session"));
        let view: FleetView = admin.get("/api/live/snapshot").await.with_status(200).read();
        Self { port, number: view.number, cookie, client, _app: app, _ports: ports }
    }

    fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    async fn agree(&self, protocol: &str) -> TlsStream<TcpStream> {
        let mut config = self.client.clone();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("a connection");
        let name = ServerName::try_from("localhost").expect("a name");
        let agreed = TlsConnector::from(Arc::new(config)).connect(name, stream);
        timeout(SOON, agreed).await.expect("in time").expect("TLS")
    }

    async fn first(&self, origin: &str) -> Result<WebSocketStream<TlsStream<TcpStream>>, Error> {
        let target = format!("ws://localhost:{}/api/live?after={}", self.port, self.number).parse().expect("a URL");
        let request =
            ClientRequestBuilder::new(target).with_header("Origin", origin).with_header("Cookie", &self.cookie);
        client_async(request, self.agree("http/1.1").await).await.map(|(socket, _)| socket)
    }

    fn connect(&self, origin: &str, cookie: &str) -> Request<Empty<Bytes>> {
        let target = format!("https://localhost:{}/api/live?after={}", self.port, self.number);
        let request = Request::builder().method("CONNECT").uri(target).extension(Protocol::from_static("websocket"));
        let request = request.header("origin", origin).header("cookie", cookie).header("sec-websocket-version", "13");
        request.body(Empty::new()).expect("a request")
    }
}

/// Hears of everything until the present.
async fn hears<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) {
    loop {
        let message = timeout(SOON, socket.next()).await.expect("in time").expect("a message").expect("a message");
        let Message::Text(text) = message else { panic!("{message:?}") };
        if matches!(serde_json::from_str(&text).expect("a message"), LiveMessage::Ready { .. }) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_stream_goes_over_both_versions_for_own_pages() {
    let secured = Box::pin(Secured::running()).await;
    hears(secured.first(&secured.origin()).await.expect("a websocket")).await;
    for foreign in
        [secured.origin().replace("https", "http"), format!("https://alpha-alice.localhost:{}", secured.port)]
    {
        match secured.first(&foreign).await {
            Err(Error::Http(answer)) => assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{foreign}"),
            other => panic!("{foreign}: {other:?}"),
        }
    }

    let mut tasks = JoinSet::new();
    let stream = TokioIo::new(secured.agree("h2").await);
    let (mut send, connection) = http2::handshake(TokioExecutor::new(), stream).await.expect("a handshake");
    tasks.spawn(connection);
    // That it knows websockets comes with its first frame.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let unbound = secured.cookie.replace("__Host-", "");
    for (origin, cookie, status) in [
        (secured.origin().replace("https", "http"), secured.cookie.as_str(), StatusCode::FORBIDDEN),
        (secured.origin(), "__Host-thon_session=nobodys", StatusCode::UNAUTHORIZED),
        (secured.origin(), unbound.as_str(), StatusCode::UNAUTHORIZED),
    ] {
        let answer = send.send_request(secured.connect(&origin, cookie)).await.expect("an answer");
        assert_eq!(answer.status(), status, "{origin} {cookie}");
    }
    let answer = send.send_request(secured.connect(&secured.origin(), &secured.cookie)).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let stream = TokioIo::new(hyper::upgrade::on(answer).await.expect("a tunnel"));
    hears(WebSocketStream::from_raw_socket(stream, Role::Client, None).await).await;
}
