//! The doors of a house as the internet sees them, and callers who speak TLS.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    process::Output,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Empty, Full};
use hyper::{client::conn::http2, ext::Protocol};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use thon_edge::{
    AcmeProofs, Outer, ProofCertificate,
    door::{Limits, Opening, Reception, RequestBody, Rules, Speaks},
    tls::{Certificates, Pem},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    process::Command,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::client::IntoClientRequest};
use tower::util::BoxCloneSyncService;

use crate::{
    editor::Editor,
    house::{COOKIE, House, PATIENCE},
};

pub type Dashboard = BoxCloneSyncService<Request<RequestBody>, Response<Full<Bytes>>, Infallible>;

/// Names that browsers know for this machine.
pub const NAMES: &[&str] = &["localhost", "alpha-alice.localhost", "alpha-bob.localhost"];

/// A certificate and its key, as PEM.
pub struct Made {
    pub chain: String,
    key: String,
}

impl Made {
    pub fn new(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        Self { chain: made.cert.pem(), key: made.signing_key.serialize_pem() }
    }

    pub fn der(&self) -> ProofCertificate {
        let chain = CertificateDer::from_pem_slice(self.chain.as_bytes()).expect("PEM").to_vec();
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("PEM").secret_der().to_vec();
        ProofCertificate { chain, key }
    }

    pub fn pem(&self) -> Pem<'_> {
        Pem { chain: self.chain.as_bytes(), key: self.key.as_bytes() }
    }
}

/// What an ACME server is shown, by token or by name.
#[derive(Default)]
pub struct Proofs {
    pub texts: Mutex<HashMap<String, String>>,
    pub certificates: Mutex<HashMap<String, ProofCertificate>>,
    pub root: Mutex<Option<String>>,
}

#[async_trait]
impl AcmeProofs for Proofs {
    async fn text(&self, token: &str) -> Option<String> {
        self.texts.lock().expect("a lock").get(token).cloned()
    }

    async fn root(&self) -> Option<String> {
        self.root.lock().expect("a lock").clone()
    }

    fn certificate(&self, server_name: &str) -> Option<ProofCertificate> {
        self.certificates.lock().expect("a lock").get(server_name).cloned()
    }
}

pub struct Front {
    pub house: House,
    pub editor: Editor,
    pub plain: SocketAddr,
    pub tls: SocketAddr,
    pub certificates: Certificates,
    pub proofs: Arc<Proofs>,
    pub made: Made,
    pub opening: Opening,
    pub reception: Reception,
}

impl Front {
    pub async fn new(rules: Rules) -> Self {
        let (house, editor) = House::with_alice().await;
        let proofs = Arc::new(Proofs::default());
        let (made, certificates) = (Made::new(NAMES), Certificates::new(proofs.clone()));
        certificates.replace(&[made.pem()]).expect("a certificate");
        let (reception, opening) = (Reception::new(rules), Opening::default());
        let speaks = Speaks::Https(certificates.server_config().expect("a configuration"));
        let service = house.edge.wrap(dashboard());
        let plain = opened(&reception, Speaks::Http, &service, &opening).await;
        let tls = opened(&reception, speaks, &service, &opening).await;
        Self { house, editor, plain, tls, certificates, proofs, made, opening, reception }
    }

    /// Speaks TLS as a browser that trusts the first certificate, with these protocols.
    pub async fn agree(&self, protocols: &[&str]) -> TlsStream<TcpStream> {
        self.agree_over(TcpStream::connect(self.tls).await.expect("a connection"), protocols).await
    }

    pub async fn agree_over(&self, stream: TcpStream, protocols: &[&str]) -> TlsStream<TcpStream> {
        agreed(&self.made, stream, protocols).await
    }

    /// Sends bytes as they are to the door without TLS and reads until it closes.
    pub async fn raw(&self, bytes: &str) -> String {
        let mut stream = TcpStream::connect(self.plain).await.expect("a connection");
        // Whoever is refused may not even be listened to.
        stream.write_all(bytes.as_bytes()).await.ok();
        let mut said = Vec::new();
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("in time").ok();
        String::from_utf8_lossy(&said).into_owned()
    }

    /// A websocket to Alice's editor over TLS and HTTP/1.1.
    pub async fn socket_1(&self) -> WebSocketStream<TlsStream<TcpStream>> {
        let mut request = format!("wss://alpha-alice.localhost:{}/ws", self.tls.port());
        request = request.replace("wss://", "ws://");
        let mut request = request.into_client_request().expect("a request");
        let origin = format!("https://alpha-alice.localhost:{}", self.tls.port());
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
        request.headers_mut().insert("cookie", COOKIE.parse().expect("a header"));
        let stream = self.agree(&["http/1.1"]).await;
        client_async(request, stream).await.expect("a socket").0
    }

    /// A connection of HTTP/2, once the other side has said that it knows websockets.
    pub async fn http_2(&self) -> http2::SendRequest<Empty<Bytes>> {
        let stream = self.agree(&["h2", "http/1.1"]).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (send, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("a handshake");
        self.house.tasks.spawn(async move { drop(connection.await) });
        // The settings of the other side come with its first frame.
        tokio::time::sleep(Duration::from_millis(100)).await;
        send
    }

    /// A websocket's request over HTTP/2 (RFC 8441).
    pub fn connect(&self, origin: &str, cookie: &str) -> Request<Empty<Bytes>> {
        let target = format!("https://alpha-alice.localhost:{}/ws", self.tls.port());
        let request = Request::builder().method("CONNECT").uri(target).extension(Protocol::from_static("websocket"));
        let request = request.header("origin", origin).header("cookie", cookie).header("sec-websocket-version", "13");
        request.body(Empty::new()).expect("a request")
    }

    /// A websocket to Alice's editor over HTTP/2.
    pub async fn socket_2(
        &self,
        send: &mut http2::SendRequest<Empty<Bytes>>,
    ) -> WebSocketStream<TokioIo<hyper::upgrade::Upgraded>> {
        let own = format!("https://alpha-alice.localhost:{}", self.tls.port());
        let answer = send.send_request(self.connect(&own, COOKIE)).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert!(!answer.headers().contains_key("sec-websocket-accept"), "{:?}", answer.headers());
        let stream = TokioIo::new(hyper::upgrade::on(answer).await.expect("a tunnel"));
        let role = tokio_tungstenite::tungstenite::protocol::Role::Client;
        WebSocketStream::from_raw_socket(stream, role, None).await
    }
}

pub fn dashboard() -> Dashboard {
    let answer = |request: Request<RequestBody>| async move {
        let scheme = request.extensions().get::<thon_edge::Scheme>().map_or("?", |scheme| scheme.as_str());
        let port = request.extensions().get::<thon_edge::LocalPort>().map_or(0, |port| port.0);
        let peer = request.extensions().get::<thon_edge::Peer>().map(|peer| peer.0.ip().to_string());
        let body = format!("{scheme} {port} {} {}", peer.unwrap_or_default(), request.uri().path());
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body))))
    };
    BoxCloneSyncService::new(tower::service_fn(answer))
}

pub async fn opened(
    reception: &Reception,
    speaks: Speaks,
    service: &Outer<Dashboard>,
    opening: &Opening,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (reception, service, until) = (reception.clone(), service.clone(), opening.clone());
    opening.connections.spawn(async move { reception.serve(listener, speaks, service, until).await });
    address
}

pub async fn agreed(made: &Made, stream: TcpStream, protocols: &[&str]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(made.chain.as_bytes()).expect("PEM")).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("alpha-alice.localhost").expect("a name");
    let agreed = TlsConnector::from(Arc::new(config)).connect(name, stream);
    tokio::time::timeout(PATIENCE, agreed).await.expect("in time").expect("TLS")
}

/// Limits that a test does not have to wait for.
pub fn impatient() -> Rules {
    let short = Duration::from_millis(400);
    let limits = Limits { header_timeout: short, body_timeout: short, handshake_timeout: short, ..Limits::default() };
    Rules { limits, ..Rules::default() }
}

/// What a program of the machine says, with this on its input.
pub async fn told(program: &str, arguments: &[&str]) -> Output {
    let run = Command::new(program).args(arguments).stdin(std::process::Stdio::null()).output();
    tokio::time::timeout(PATIENCE, run).await.expect("in time").expect("it runs")
}

/// A file in the folder for temporary ones that is nobody else's.
pub fn file(text: &str) -> std::path::PathBuf {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_nanos();
    let path = std::env::temp_dir().join(format!("thon-edge-{}-{since}.pem", std::process::id()));
    std::fs::write(&path, text).expect("written");
    path
}
