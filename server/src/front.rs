//! What THON shows the internet: the rules at its doors, the certificates in force, and the way from HTTP to HTTPS.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use rustls::ServerConfig;
use thon_core::port::certificate_authority::Bundle;
use thon_edge::{
    AcmeProofs, FrontKey, Hosts, ProofCertificate, ToHttps,
    door::{Limits, Reception, Rules},
    tls::{Certificates, Pem, TlsError},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, EdgeLimits},
    http::certificates::Proofs as Trust,
};

/// Everything that doors share.
pub struct Front {
    pub reception: Reception,
    /// Exchanged while connections are open. Empty until there is one: nobody agrees on TLS before that.
    pub certificates: Certificates,
    pub to_https: ToHttps,
    /// Where HTTPS is spoken at all.
    pub tls: Option<Arc<ServerConfig>>,
}

impl Front {
    /// Takes the configuration, the names that the server answers to, what an ACME server is shown, and by what the server
    /// in front is known.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn new(config: &Config, hosts: Hosts, trust: Trust, keys: Keys) -> Result<Self, TlsError> {
        let Keys { front, question } = keys;
        let proofs = Arc::new(Shown(trust));
        let certificates = Certificates::new(proofs.clone());
        let port = config.edge.https_port;
        Ok(Self {
            reception: Reception::new(Rules { front, question, ..rules(config) }),
            to_https: ToHttps::new(hosts, port.unwrap_or(443), proofs),
            tls: port.map(|_| certificates.server_config()).transpose()?,
            certificates,
        })
    }
}

/// By what the server in front is known, where one is.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// In everything that it passes on.
    pub front: Option<FrontKey>,
    /// In what it asks, where it leads to editors by itself.
    pub question: Option<FrontKey>,
}

/// Answers with each certificate from the moment that it is there.
pub async fn follow(
    certificates: Certificates,
    mut current: watch::Receiver<Option<Arc<Bundle>>>,
    stop: CancellationToken,
) {
    loop {
        let bundle = current.borrow_and_update().clone();
        if let Some(bundle) = bundle {
            let pem = Pem { chain: bundle.chain_pem.as_bytes(), key: bundle.reveal_key().as_bytes() };
            match certificates.replace(&[pem]) {
                Ok(()) => tracing::info!("a certificate is in use"),
                Err(error) => tracing::error!(%error, "a certificate cannot be used; the one before stays"),
            }
        }
        match stop.run_until_cancelled(current.changed()).await {
            Some(Ok(())) => {}
            // Nobody makes certificates any more.
            Some(Err(_)) | None => return,
        }
    }
}

/// The proofs that are out, as the doors show them.
struct Shown(Trust);

#[async_trait]
impl AcmeProofs for Shown {
    async fn text(&self, token: &str) -> Option<String> {
        self.0.challenges.text(token).await
    }

    async fn root(&self) -> Option<String> {
        let root = self.0.certificates.root().await;
        root.inspect_err(|error| tracing::warn!(%error, "the root to trust cannot be read")).ok()?.map(|root| root.pem)
    }

    fn certificate(&self, server_name: &str) -> Option<ProofCertificate> {
        let proof = self.0.challenges.certificate(server_name)?;
        Some(ProofCertificate { chain: proof.chain_der.clone(), key: proof.key_der.clone() })
    }
}

fn rules(config: &Config) -> Rules {
    let edge = &config.edge;
    Rules {
        limits: limits(edge.limits),
        trusted: config.network.trusted_proxies.clone(),
        proxy_protocol: edge.proxy_protocol.clone(),
        hsts_s: edge.hsts_s,
        access_log: edge.access_log,
        front: None,
        question: None,
    }
}

fn limits(limits: EdgeLimits) -> Limits {
    Limits {
        header_bytes: usize::from(limits.header_kib) << 10,
        headers: limits.headers.into(),
        header_timeout: Duration::from_secs(limits.header_timeout_s.into()),
        body_timeout: Duration::from_secs(limits.body_timeout_s.into()),
        handshake_timeout: Duration::from_secs(limits.handshake_timeout_s.into()),
        connections_per_address: usize::try_from(limits.connections_per_address).unwrap_or(usize::MAX),
    }
}
