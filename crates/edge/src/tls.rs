//! TLS towards browsers: the certificate is chosen by name, and exchanged while connections are open.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    client::verify_server_name,
    crypto::ring,
    pki_types::{
        CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName,
        pem::{self, PemObject},
    },
    server::{ClientHello, ParsedCertificate, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use crate::proofs::{AcmeProofs, ProofCertificate};

/// The protocol in which an ACME server checks a name at the TLS port (RFC 8737 §3).
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";
pub(crate) const HTTP_2: &[u8] = b"h2";
const HTTP_1_1: &[u8] = b"http/1.1";

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("there is no certificate in it")]
    NoCertificate,
    #[error("it is not PEM: {0}")]
    Pem(#[from] pem::Error),
    #[error(transparent)]
    Refused(#[from] rustls::Error),
}

/// A certificate with what leads to its root, and its key, both as PEM.
#[derive(Clone, Copy)]
pub struct Pem<'a> {
    pub chain: &'a [u8],
    pub key: &'a [u8],
}

impl fmt::Debug for Pem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pem").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

/// The certificates in force. Clones are one and the same.
#[derive(Clone, Debug)]
pub struct Certificates(Arc<Held>);

struct Held {
    usual: ArcSwap<Vec<Arc<CertifiedKey>>>,
    proofs: Arc<dyn AcmeProofs>,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("usual", &self.usual.load().len()).finish_non_exhaustive()
    }
}

impl Certificates {
    /// None yet, and what an ACME server is shown.
    pub fn new(proofs: Arc<dyn AcmeProofs>) -> Self {
        Self(Arc::new(Held { usual: ArcSwap::default(), proofs }))
    }

    /// Takes the place of all certificates before. Connections that are open notice nothing.
    ///
    /// The first one answers callers who name no host, or one that is in none of them.
    ///
    /// # Errors
    /// When one cannot be read or its key is another's; then nothing has changed.
    pub fn replace(&self, all: &[Pem<'_>]) -> Result<(), TlsError> {
        let all = all.iter().map(|pem| certified(*pem).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        self.0.usual.store(Arc::new(all));
        Ok(())
    }

    /// Whether there is any, so that a handshake can succeed.
    pub fn is_empty(&self) -> bool {
        self.0.usual.load().is_empty()
    }

    /// What a listener needs: TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn server_config(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13, &TLS12])?;
        let mut config = config.with_no_client_auth().with_cert_resolver(self.0.clone());
        config.alpn_protocols = [HTTP_2, HTTP_1_1, ACME_TLS].map(<[u8]>::to_vec).into();
        config.ticketer = ring::Ticketer::new()?;
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Held {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name();
        if hello.alpn().is_some_and(|mut offered| offered.any(|protocol| protocol == ACME_TLS)) {
            return proof(&self.proofs.certificate(name?)?).map(Arc::new);
        }
        let all = self.usual.load();
        let named = name.and_then(|name| all.iter().find(|one| is_for(one, name)));
        named.or_else(|| all.first()).cloned()
    }
}

/// What proves a name and is good for nothing else.
fn proof(der: &ProofCertificate) -> Option<CertifiedKey> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(der.key.clone()));
    let chain = vec![CertificateDer::from(der.chain.clone())];
    // Not looked into: its critical extension (RFC 8737 §3) is one that no other certificate may have.
    let key = ring::sign::any_supported_type(&key);
    key.map(|key| CertifiedKey::new(chain, key))
        .inspect_err(|error| tracing::error!(%error, "a proof for an ACME server cannot be shown"))
        .ok()
}

fn certified(pem: Pem<'_>) -> Result<CertifiedKey, TlsError> {
    let chain = CertificateDer::pem_slice_iter(pem.chain).collect::<Result<Vec<_>, _>>()?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(pem.key)?;
    Ok(CertifiedKey::from_der(chain, key, &ring::default_provider())?)
}

/// Asked of the certificate itself, as a browser does: no list of names beside it can be wrong.
fn is_for(certified: &CertifiedKey, name: &str) -> bool {
    let certificate = certified.end_entity_cert().ok().and_then(|der| ParsedCertificate::try_from(der).ok());
    let name = ServerName::try_from(name).ok();
    certificate.zip(name).is_some_and(|(certificate, name)| verify_server_name(&certificate, &name).is_ok())
}
