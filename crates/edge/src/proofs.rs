//! What an ACME server finds at the doors while it checks a name: a text on port 80, a certificate on 443.

use async_trait::async_trait;

/// A certificate that proves a name, as DER.
#[derive(Clone)]
pub struct ProofCertificate {
    pub chain: Vec<u8>,
    /// PKCS#8.
    pub key: Vec<u8>,
}

/// Knows the proofs that are out now. Whoever orders certificates implements it.
#[async_trait]
pub trait AcmeProofs: Send + Sync + 'static {
    /// The text of a token (RFC 8555 §8.3).
    async fn text(&self, token: &str) -> Option<String>;

    /// The root that people have to trust, as PEM, where there is one: who does not trust it yet cannot fetch it over HTTPS.
    async fn root(&self) -> Option<String>;

    /// The certificate for a server name (RFC 8737 §3). Asked for in a handshake, so it must not block.
    fn certificate(&self, server_name: &str) -> Option<ProofCertificate>;
}
