//! How a name is proven to be ours: a text over HTTP, a certificate over TLS, a record in the DNS.

use std::{fmt, net::IpAddr, path::PathBuf, time::Duration};

use instant_acme::{ChallengeType, Identifier, KeyAuthorization};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use thon_core::{
    certificates::challenges::{Challenges, Proof, ProofCertificate},
    port::certificate_authority::AuthorityError,
};

use crate::{
    certificates::failed,
    command::{Call, Environment},
};

/// How long a hook may take: it comes back when the record can be seen, and DNS takes its time.
const HOOK_LIMIT: Duration = Duration::from_mins(5);

/// A way to prove a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// On port 80 (RFC 8555 §8.3).
    Http01,
    /// On port 443 (RFC 8737).
    TlsAlpn01,
    /// In the DNS (RFC 8555 §8.4); the only one for a wildcard, and none for an address.
    Dns01,
}

impl Method {
    pub(super) const fn challenge(self) -> ChallengeType {
        match self {
            Self::Http01 => ChallengeType::Http01,
            Self::TlsAlpn01 => ChallengeType::TlsAlpn01,
            Self::Dns01 => ChallengeType::Dns01,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http01 => "http-01",
            Self::TlsAlpn01 => "tls-alpn-01",
            Self::Dns01 => "dns-01",
        })
    }
}

/// Proves names for one order.
pub(super) struct Prover<'p> {
    /// How, where the name leaves a choice.
    pub method: Method,
    pub dns_hook: Option<PathBuf>,
    pub shown: &'p Challenges,
}

/// A proof that is out, until it is taken back.
pub(super) enum Shown {
    Here { _proof: Proof },
    InDns(Record),
}

/// A record that a hook has put into the DNS.
pub(super) struct Record {
    hook: PathBuf,
    domain: String,
    value: String,
}

impl Prover<'_> {
    /// How this name is proven.
    pub fn method_for(&self, identifier: &Identifier, wildcard: bool) -> Method {
        match identifier {
            Identifier::Dns(_) if wildcard => Method::Dns01,
            _ => self.method,
        }
    }

    /// Puts a proof out.
    ///
    /// # Errors
    /// `Rejected` when this name cannot be proven like that, or the hook fails.
    pub async fn show(
        &self,
        method: Method,
        identifier: &Identifier,
        token: &str,
        authorization: &KeyAuthorization,
    ) -> Result<Shown, AuthorityError> {
        match (method, identifier) {
            (Method::Http01, _) => {
                let proof = self.shown.show_text(token, authorization.as_str().to_owned());
                Ok(Shown::Here { _proof: proof })
            }
            (Method::TlsAlpn01, _) => {
                let (server_name, certificate) = proof_certificate(identifier, authorization)?;
                Ok(Shown::Here { _proof: self.shown.show_certificate(&server_name, certificate) })
            }
            (Method::Dns01, Identifier::Dns(domain)) => {
                let missing = || AuthorityError::rejected("proving it in the DNS needs a program: set `acme.dns_hook`");
                let hook = self.dns_hook.clone().ok_or_else(missing)?;
                let record = Record { hook, domain: domain.clone(), value: authorization.dns_value() };
                record.call("present").await?;
                Ok(Shown::InDns(record))
            }
            (Method::Dns01, _) => Err(AuthorityError::rejected("an address cannot be proven in the DNS")),
        }
    }
}

impl Shown {
    /// Takes it back. What a hook leaves behind harms nobody.
    pub async fn take_back(self) {
        if let Self::InDns(record) = self
            && let Err(error) = record.call("cleanup").await
        {
            tracing::warn!(domain = record.domain, %error, "the record of a proof stays in the DNS");
        }
    }
}

impl Record {
    async fn call(&self, word: &str) -> Result<(), AuthorityError> {
        let environment =
            Environment::from([("CERTBOT_DOMAIN", self.domain.clone()), ("CERTBOT_VALIDATION", self.value.clone())]);
        let (program, arguments) = (self.hook.display().to_string(), [word]);
        let call = Call { environment, limit: HOOK_LIMIT, ..Call::new(&program, &arguments) };
        call.run().await.map(drop).map_err(|error| failed(&error))
    }
}

/// The certificate that proves a name over TLS, and the server name that it is asked for under.
fn proof_certificate(
    identifier: &Identifier,
    authorization: &KeyAuthorization,
) -> Result<(String, ProofCertificate), AuthorityError> {
    let refused = |error: rcgen::Error| AuthorityError::rejected(format!("the proof cannot be made: {error}"));
    let (name, server_name) = match identifier {
        Identifier::Dns(domain) => (domain.clone(), domain.clone()),
        Identifier::Ip(address) => (address.to_string(), reverse_name(*address)),
        other => return Err(AuthorityError::rejected(format!("{other:?} cannot be proven over TLS"))),
    };
    let mut params = CertificateParams::new([name]).map_err(refused)?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(authorization.digest().as_ref())];
    let key = KeyPair::generate().map_err(refused)?;
    let certificate = params.self_signed(&key).map_err(refused)?;
    Ok((server_name, ProofCertificate { chain_der: certificate.der().to_vec(), key_der: key.serialize_der() }))
}

/// The name of an address in the reverse DNS (RFC 8738 §6).
fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let digits = v6.octets().into_iter().rev().flat_map(|byte| [byte & 0xf, byte >> 4]);
            let digits: Vec<String> = digits.map(|digit| format!("{digit:x}")).collect();
            format!("{}.ip6.arpa", digits.join("."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_reverse_names() {
        assert_eq!(reverse_name("203.0.113.7".parse().expect("an address")), "7.113.0.203.in-addr.arpa");
        let v6 = reverse_name("2001:db8::1".parse().expect("an address"));
        assert!(v6.starts_with("1.0.0.0.") && v6.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"), "{v6}");
    }
}
