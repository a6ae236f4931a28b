//! A certificate with its key, checked to belong together before anything may use it.

use std::{fmt, net::IpAddr};

use chrono::{DateTime, Utc};
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    sign::CertifiedKey,
};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use x509_parser::{
    certificate::X509Certificate,
    extensions::GeneralName,
    prelude::{ASN1Time, FromDer as _},
};

use super::CertificateName;

/// A certificate as it says of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// As text (RFC 7468).
    pub pem: String,
    pub der: Vec<u8>,
    pub subject: String,
    pub issuer: String,
    /// What it is for.
    pub names: Vec<CertificateName>,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    /// SHA-256 of it, as browsers show it: pairs of hexadecimal digits with colons.
    pub fingerprint: String,
}

/// A certificate with everything that proves it.
#[derive(Clone)]
pub struct Bundle {
    /// The certificate, then those that lead from it to a root, as PEM.
    pub chain_pem: String,
    /// The private key, as PEM.
    pub key_pem: SecretString,
    /// The first of the chain.
    pub certificate: Certificate,
}

/// Why a certificate or a pair cannot be used. Each is a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    #[error("there is no certificate in it: it must hold a part that begins with `-----BEGIN CERTIFICATE-----`")]
    NoCertificate,
    #[error("it is no certificate that can be read: {0}")]
    Unreadable(String),
    #[error("there is no private key in it: it must hold a part that begins with `-----BEGIN PRIVATE KEY-----`")]
    NoKey,
    #[error("the private key cannot be used: {0}")]
    BadKey(String),
    #[error("the private key is not the one of the certificate for {0}")]
    Mismatch(String),
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn parse(pem: &str) -> Result<Self, BundleError> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| BundleError::NoCertificate)?;
        let unreadable = |error: &dyn fmt::Display| BundleError::Unreadable(error.to_string());
        let (_, parsed) = X509Certificate::from_der(&der).map_err(|error| unreadable(&error))?;
        let names = parsed.subject_alternative_name().map_err(|error| unreadable(&error))?;
        let names = names.map(|names| names.value.general_names.iter().filter_map(name).collect()).unwrap_or_default();
        let validity = parsed.validity();
        Ok(Self {
            pem: pem_text(&der),
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
            names,
            not_before: moment(validity.not_before)?,
            not_after: moment(validity.not_after)?,
            fingerprint: fingerprint(&der),
            der: der.to_vec(),
        })
    }

    /// Those of the names that it is not for.
    pub fn lacks<'n>(&self, wanted: &'n [CertificateName]) -> Vec<&'n CertificateName> {
        wanted.iter().filter(|wanted| !self.names.iter().any(|own| own.covers(wanted))).collect()
    }

    /// When its time to be renewed comes: after two thirds of its life.
    pub fn renew_at(&self) -> DateTime<Utc> {
        self.not_before + (self.not_after - self.not_before) * 2 / 3
    }

    /// Whether it is good at a moment.
    pub fn is_good_at(&self, now: DateTime<Utc>) -> bool {
        self.not_before <= now && now < self.not_after
    }

    /// The days that are left of its life; negative when it is over.
    pub fn days_left(&self, now: DateTime<Utc>) -> i64 {
        (self.not_after - now).num_seconds().div_euclid(24 * 60 * 60)
    }
}

impl Bundle {
    /// Reads a chain and its key, and makes sure that they belong together.
    ///
    /// # Errors
    /// When one of them cannot be read, or the key is another's.
    pub fn parse(chain_pem: &str, key_pem: &str) -> Result<Self, BundleError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain_pem.as_bytes()).collect();
        let chain = chain.map_err(|error| BundleError::Unreadable(error.to_string()))?;
        if chain.is_empty() {
            return Err(BundleError::NoCertificate);
        }
        let certificate = Certificate::parse(chain_pem)?;
        let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(|_| BundleError::NoKey)?;
        let whole: String = chain.iter().map(|der| pem_text(der)).collect();
        let pair = CertifiedKey::from_der(chain, key, &ring::default_provider());
        pair.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => BundleError::Mismatch(certificate.subject.clone()),
            other => BundleError::BadKey(other.to_string()),
        })?;
        Ok(Self { chain_pem: whole, key_pem: SecretString::from(key_pem), certificate })
    }

    /// The private key, for whoever proves with it.
    pub fn reveal_key(&self) -> &str {
        self.key_pem.expose_secret()
    }

    /// What it is for.
    pub fn names(&self) -> &[CertificateName] {
        &self.certificate.names
    }

    pub const fn not_before(&self) -> DateTime<Utc> {
        self.certificate.not_before
    }

    pub const fn not_after(&self) -> DateTime<Utc> {
        self.certificate.not_after
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, names, not_before, not_after, fingerprint, .. } = self;
        let mut told = f.debug_struct("Certificate");
        told.field("subject", subject).field("names", names).field("not_before", not_before);
        told.field("not_after", not_after).field("fingerprint", fingerprint).finish_non_exhaustive()
    }
}

/// Names of other kinds are nobody's that a browser asks for.
fn name(general: &GeneralName<'_>) -> Option<CertificateName> {
    match general {
        GeneralName::DNSName(name) => name.parse().ok().filter(|name| matches!(name, CertificateName::Domain(_))),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from)).ok().map(CertificateName::Address)
        }
        _ => None,
    }
}

fn moment(time: ASN1Time) -> Result<DateTime<Utc>, BundleError> {
    let moment = DateTime::from_timestamp(time.timestamp(), 0);
    moment.ok_or_else(|| BundleError::Unreadable(format!("it has no such date: {time}")))
}

fn fingerprint(der: &[u8]) -> String {
    Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// The text form of RFC 7468: lines of 64 letters.
fn pem_text(der: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let letters = STANDARD.encode(der);
    let mut pem = String::with_capacity(letters.len() * 65 / 64 + 60);
    pem.push_str("-----BEGIN CERTIFICATE-----\n");
    for (nth, letter) in letters.chars().enumerate() {
        if nth > 0 && nth % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}
