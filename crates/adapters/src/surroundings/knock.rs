//! Knocking: one request to a door, whose answer tells whether it is this server's.

use std::sync::Arc;

use http::{HeaderValue, Request, Uri, header, uri::Authority};
use http_body_util::Empty;
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use thon_core::port::surroundings::{Answer, Knock};
use thon_edge::here;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// Knows this server by its mark.
pub(super) struct Knocker {
    mark: HeaderValue,
    tls: Option<TlsConnector>,
}

impl Knocker {
    pub(super) fn new(mark: HeaderValue) -> Self {
        Self { mark, tls: tls().ok() }
    }

    pub(super) async fn knock(&self, door: &Knock) -> Answer {
        self.ask(door).await.unwrap_or_else(|why| Answer::Nobody(why.to_string()))
    }

    async fn ask(&self, door: &Knock) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(door.at).await?;
        let found = if door.over_tls {
            let tls = self.tls.as_ref().ok_or("this machine has no TLS")?;
            let authority: Authority = door.host.parse()?;
            let name = authority.host().trim_matches(['[', ']']);
            // Who speaks no TLS there is somebody else.
            match tls.connect(ServerName::try_from(name.to_owned())?, stream).await {
                Ok(stream) => self.told(stream, &door.host).await,
                Err(_) => return Ok(Answer::Foreign),
            }
        } else {
            self.told(stream, &door.host).await
        };
        Ok(if found { Answer::Own } else { Answer::Foreign })
    }

    /// Whether the answer has this server's mark.
    async fn told(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, host: &str) -> bool {
        let Ok((mut sender, connection)) = http1::handshake(TokioIo::new(stream)).await else { return false };
        let Ok(host) = HeaderValue::from_str(host) else { return false };
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.uri_mut() = Uri::from_static(here::PATH);
        request.headers_mut().insert(header::HOST, host);
        let answer = sender.send_request(request);
        tokio::pin!(answer);
        let answer = tokio::select! {
            answer = &mut answer => answer,
            // The connection may end before its answer is taken.
            _ = connection => answer.await,
        };
        answer.is_ok_and(|answer| answer.headers().get(here::MARK) == Some(&self.mark))
    }
}

fn tls() -> Result<TlsConnector, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let anybody = Arc::new(Anybody(provider));
    Ok(TlsConnector::from(Arc::new(config.dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth())))
}

/// Takes every certificate: nothing secret is sent, and it is the mark by which this server is known.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
