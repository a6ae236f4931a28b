//! A real ACME server on loopback: Pebble, with a DNS of its own, and the doors that it looks at.

use std::{
    fs,
    net::TcpListener as StdListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tempfile::TempDir;
use thon_core::certificates::challenges::{Challenges, HTTP_PATH, TLS_PROTOCOL};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::programs::executable;

/// Pebble, its DNS, and the doors on "port 80" and "port 443" that show what is in [`Challenges`].
pub struct Pebble {
    pub folder: TempDir,
    pub challenges: Challenges,
    /// The URL of its directory.
    pub directory: String,
    management: u16,
    dns: u16,
    _programs: [Running; 2],
    _doors: JoinSet<()>,
}

/// A program that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Pebble {
    /// One that refuses every twentieth nonce, as it does if nothing is said: whoever comes with one has to try again.
    pub async fn new() -> Self {
        Self::refusing_nonces("5").await
    }

    /// One that refuses no nonce: Debian's certbot tries again once only, and two in a row happen.
    pub async fn patient() -> Self {
        Self::refusing_nonces("0").await
    }

    async fn refusing_nonces(percent: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let challenges = Challenges::with_folder(folder.path().join("proofs"));
        let mut doors = JoinSet::new();
        let (http, https) = (listener().await, listener().await);
        let (http_port, tls_port) = (port_of(&http), port_of(&https));
        doors.spawn(texts(http, challenges.clone()));
        doors.spawn(handshakes(https, challenges.clone()));
        let [acme, management, dns_port, dns] = [(); 4].map(|()| free_port());
        server_certificate(&folder);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{acme}"), "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": path("server.pem"), "privateKey": path("server.key"),
            "httpPort": http_port, "tlsPort": tls_port, "ocspResponderURL": "", "externalAccountBindingRequired": false,
        }});
        fs::write(folder.path().join("pebble.json"), config.to_string()).expect("written");
        let (resolver, manager) = (format!("127.0.0.1:{dns_port}"), format!("127.0.0.1:{dns}"));
        let dns_server = Command::new("pebble-challtestsrv")
            .args(["-dns01", &resolver, "-management", &manager, "-http01", "", "-https01", "", "-tlsalpn01", ""])
            .args(["-defaultIPv6", ""])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let server = Command::new("pebble")
            .args(["-config", &path("pebble.json"), "-dnsserver", &resolver])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_WFE_NONCEREJECT", percent)
            .stdout(fs::File::create(folder.path().join("pebble.log")).expect("a log"))
            .stderr(Stdio::null())
            .spawn();
        let programs = [dns_server, server].map(|child| Running(child.expect("installed by script/bootstrap")));
        let directory = format!("https://localhost:{acme}/dir");
        let pebble = Self { folder, challenges, directory, management, dns, _programs: programs, _doors: doors };
        pebble.answers(acme).await;
        pebble
    }

    /// Whom to trust as its server.
    pub fn server_root(&self) -> PathBuf {
        self.folder.path().join("server-root.pem")
    }

    /// The root of what it signs.
    pub fn root(&self) -> String {
        self.curl(&[&format!("https://localhost:{}/roots/0", self.management)])
    }

    /// A program that puts records into its DNS as a hook is asked to, and writes down that it was.
    pub fn hook(&self) -> PathBuf {
        let path = self.folder.path().join("hook");
        let (at, log) = (format!("http://127.0.0.1:{}", self.dns), self.folder.path().join("hook.log"));
        let script = format!(
            "#!/bin/sh -e\nhost=\"_acme-challenge.$CERTBOT_DOMAIN.\"\necho \"$1 $host\" >>'{}'\ncase $1 in\n\
             present) curl -fsS -d \"{{\\\"host\\\":\\\"$host\\\",\\\"value\\\":\\\"$CERTBOT_VALIDATION\\\"}}\" {at}/set-txt ;;\n\
             cleanup) curl -fsS -d \"{{\\\"host\\\":\\\"$host\\\"}}\" {at}/clear-txt ;;\nesac\n",
            log.display()
        );
        executable(&path, &script);
        path
    }

    /// What the hook was asked.
    pub fn hook_calls(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("hook.log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// Lets a name lead to an address where nobody answers.
    pub fn lead_away(&self, host: &str) {
        let body = format!("{{\"host\":\"{host}.\",\"addresses\":[\"127.0.0.99\"]}}");
        self.curl(&["-d", &body, &format!("http://127.0.0.1:{}/add-a", self.dns)]);
    }

    fn curl(&self, arguments: &[&str]) -> String {
        let mut curl = Command::new("curl");
        let output = curl.args(["-fsS", "--cacert"]).arg(self.server_root()).args(arguments).output().expect("curl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    async fn answers(&self, port: u16) {
        for _ in 0..200 {
            let ports = [port, self.management, self.dns];
            if ports.iter().all(|port| std::net::TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("Pebble does not answer");
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

fn port_of(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("an address").port()
}

fn free_port() -> u16 {
    StdListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// Makes what Pebble itself is known by.
fn server_certificate(folder: &TempDir) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root");
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("names");
    // Named otherwise than its root, or OpenSSL takes it for one.
    params.distinguished_name.push(DnType::CommonName, "localhost");
    let certificate = params.signed_by(&key, &root).expect("signed");
    for (name, text) in
        [("server-root.pem", root.pem()), ("server.pem", certificate.pem()), ("server.key", key.serialize_pem())]
    {
        fs::write(folder.path().join(name), text).expect("written");
    }
}

/// The door on port 80.
async fn texts(listener: TcpListener, challenges: Challenges) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut head = vec![0; 4096];
        let read = stream.read(&mut head).await.unwrap_or(0);
        let head = String::from_utf8_lossy(&head[..read]).into_owned();
        let token = head.split(' ').nth(1).and_then(|path| path.strip_prefix(HTTP_PATH)).unwrap_or_default();
        let answer = match challenges.text(token).await {
            Some(text) => {
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}", text.len())
            }
            None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        };
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

/// The door on port 443.
async fn handshakes(listener: TcpListener, challenges: Challenges) {
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let mut config = config.with_no_client_auth().with_cert_resolver(Arc::new(Resolver(challenges)));
    config.alpn_protocols = vec![TLS_PROTOCOL.to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    while let Ok((stream, _)) = listener.accept().await {
        if let Ok(mut stream) = acceptor.accept(stream).await {
            let _ = stream.shutdown().await;
        }
    }
}

#[derive(Debug)]
struct Resolver(Challenges);

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let proof = self.0.certificate(hello.server_name()?)?;
        let key = PrivatePkcs8KeyDer::from(proof.key_der.clone());
        let key = ring::sign::any_supported_type(&key.into()).ok()?;
        Some(Arc::new(CertifiedKey::new(vec![CertificateDer::from(proof.chain_der.clone())], key)))
    }
}
