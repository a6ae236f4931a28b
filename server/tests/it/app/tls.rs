//! Over TLS as a browser that trusts one authority, and what comes back as it stands on the wire.

use std::{net::IpAddr, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::TlsConnector;

use super::TestApp;

/// How long a server may take for its first certificate, or for an answer.
const SOON: Duration = Duration::from_secs(20);

/// Whoever trusts this root and no other.
pub fn trusting(root: CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(root).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions");
    config.with_root_certificates(roots).with_no_client_auth()
}

/// Whoever trusts a root that is written as PEM.
pub fn trusting_pem(root: &str) -> ClientConfig {
    trusting(CertificateDer::from_pem_slice(root.as_bytes()).expect("PEM"))
}

impl TestApp {
    /// Waits until the server has a certificate.
    pub async fn certified(&self) {
        let known = async {
            while self.front().certificates.is_empty() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, known).await.expect("a certificate in time");
    }

    /// Whoever trusts the server's own root, once it has a certificate.
    pub async fn trusted(&self) -> Arc<ClientConfig> {
        self.certified().await;
        Arc::new(trusting_pem(&self.stranger().visit("/ca.crt").await.with_status(200).body))
    }
}

/// Asks over TLS as a browser does that knows this host; `at` is where the host leads. Its certificate must be for it.
pub async fn ask_over_tls(client: &Arc<ClientConfig>, at: (IpAddr, u16), host: &str, line: &str, more: &str) -> Said {
    let stream = TcpStream::connect(at).await.expect("a connection");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned();
    let agreed = TlsConnector::from(client.clone()).connect(ServerName::try_from(name).expect("a name"), stream);
    let mut stream = timeout(SOON, agreed).await.expect("in time").expect("a certificate for this host");
    let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut bytes = Vec::new();
    timeout(SOON, stream.read_to_end(&mut bytes)).await.expect("in time").ok();
    let said = Said::of(&bytes);
    assert_ne!(said.status, 0, "an answer");
    said
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// 0 when the connection was closed without an answer.
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Said {
    pub fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return Self::default() };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// Whether it is what somebody's editor shows.
    pub fn shows(&self, slug: &str) -> bool {
        self.body.contains(&format!("<h1>{slug}</h1>"))
    }
}
