//! THON's own authority: people trust it once, and it can certify nothing but this server.

mod constraints;
mod root;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, SanType,
    date_time_ymd,
};
use thon_core::{
    clock::Clock,
    port::certificate_authority::{
        AuthorityError, Bundle, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
    },
};

use self::root::{Root, Vault};
use super::apart;

/// How long a certificate lives: the most that browsers take of any (CA/Browser Forum, Baseline Requirements §6.3.2).
const LIFE: TimeDelta = TimeDelta::days(397);

/// How far clocks of laptops may be behind.
const SKEW: TimeDelta = TimeDelta::hours(1);

/// The published word for it.
pub const NAME: &str = "own";

/// An authority whose key lies in a folder of its own.
pub struct OwnCa {
    vault: Vault,
    clock: Arc<dyn Clock>,
}

impl OwnCa {
    /// Keeps root and key in a folder, `ca.crt` and `ca.key`, made when they are first needed.
    pub fn new(folder: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { vault: Vault { folder }, clock }
    }
}

#[async_trait]
impl CertificateAuthority for OwnCa {
    fn name(&self) -> &'static str {
        NAME
    }

    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        request.all_names()
    }

    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        let (vault, now, request) = (self.vault.clone(), self.clock.now(), request.clone());
        apart(move || {
            let names = request.all_names();
            let (root, why) = vault.root_for(&names, now)?;
            let bundle = leaf(&root, &names, now)?;
            Ok(Issued { bundle, provider: NAME.to_owned(), why })
        })
        .await
    }

    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        let vault = self.vault.clone();
        apart(move || vault.certificate()).await
    }
}

/// Signs a certificate for these names, with a new key.
fn leaf(root: &Root, names: &[CertificateName], now: DateTime<Utc>) -> Result<Bundle, AuthorityError> {
    let mut params = CertificateParams::default();
    params.subject_alt_names = names.iter().map(alternative).collect::<Result<_, _>>()?;
    params.distinguished_name = DistinguishedName::new();
    if let Some(first) = names.first() {
        params.distinguished_name.push(DnType::CommonName, first.to_string());
    }
    (params.not_before, params.not_after) = life(now, LIFE);
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(|error| refused(&error))?;
    let signed = params.signed_by(&key, root).map_err(|error| refused(&error))?;
    Ok(Bundle::parse(&signed.pem(), &key.serialize_pem())?)
}

fn alternative(name: &CertificateName) -> Result<SanType, AuthorityError> {
    match name {
        CertificateName::Domain(name) => {
            Ok(SanType::DnsName(name.as_str().try_into().map_err(|error| refused(&error))?))
        }
        CertificateName::Address(address) => Ok(SanType::IpAddress(*address)),
    }
}

/// The first and the last moment of a life that begins now.
fn life(now: DateTime<Utc>, life: TimeDelta) -> (time::OffsetDateTime, time::OffsetDateTime) {
    let moment = |at: DateTime<Utc>| {
        date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(at.timestamp()).unwrap_or_default())
    };
    // The last second belongs to it (RFC 5280 §4.1.2.5).
    (moment(now - SKEW), moment(now - SKEW + life - TimeDelta::seconds(1)))
}

fn refused(error: &rcgen::Error) -> AuthorityError {
    AuthorityError::rejected(format!("the certificate cannot be made: {error}"))
}
