//! The doors at which an ACME server looks: they show what is in [`Challenges`] and nothing else.

use std::sync::Arc;

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

use super::pebble::Ports;

/// The doors on "port 80" and "port 443", open until they are dropped.
pub struct Doors {
    pub challenges: Challenges,
    pub ports: Ports,
    _folder: TempDir,
    _tasks: JoinSet<()>,
}

impl Doors {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let challenges = Challenges::with_folder(folder.path().to_owned());
        let (http, tls) = (listener().await, listener().await);
        let ports = Ports { http: port_of(&http), tls: port_of(&tls) };
        let mut tasks = JoinSet::new();
        tasks.spawn(texts(http, challenges.clone()));
        tasks.spawn(handshakes(tls, challenges.clone()));
        Self { challenges, ports, _folder: folder, _tasks: tasks }
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

fn port_of(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("an address").port()
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
