//! The root of THON's own authority and its key: kept in a folder, made anew only when there is no other way.
//!
//! People have trusted a root by hand, so it stays as long as it can: it is replaced when it does not permit a name that
//! is wanted now (another domain, another address of the internet), or when it would end before what it signs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, TimeDelta, Utc};
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use thon_core::{
    port::certificate_authority::{AuthorityError, Bundle, Certificate, CertificateName},
    private_file,
};

use super::{LIFE, constraints, life, refused};
use crate::certificates::unusable;

/// How long a root lives: several events.
const ROOT_LIFE: TimeDelta = TimeDelta::days(3650);

/// Where root and key are kept.
#[derive(Clone, Debug)]
pub(super) struct Vault {
    pub folder: PathBuf,
}

/// What signs.
pub(super) type Root = Issuer<'static, KeyPair>;

impl Vault {
    fn certificate_path(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    fn key_path(&self) -> PathBuf {
        self.folder.join("ca.key")
    }

    /// The root, if one was made.
    pub fn certificate(&self) -> Result<Option<Certificate>, AuthorityError> {
        let pem = text(&self.certificate_path())?;
        Ok(pem.map(|pem| Certificate::parse(&pem)).transpose()?)
    }

    /// A root that permits all these names, and why it is this one.
    pub fn root_for(&self, names: &[CertificateName], now: DateTime<Utc>) -> Result<(Root, String), AuthorityError> {
        let kept = self.kept()?;
        let reason = kept.as_ref().and_then(|kept| unfit(&kept.certificate, names, now));
        let (root, why) = match (kept, reason) {
            (Some(kept), None) => (kept, "THON's own authority signs it; people have its root already".to_owned()),
            (Some(_), Some(reason)) => {
                let why = format!("THON's own authority was made anew and has to be trusted anew, because {reason}");
                tracing::warn!("{why}");
                (self.made(names, now)?, why)
            }
            (None, _) => (self.made(names, now)?, "THON's own authority was made for it".to_owned()),
        };
        let key = KeyPair::from_pem(root.reveal_key()).map_err(|error| refused(&error))?;
        Ok((Issuer::from_ca_cert_pem(&root.certificate.pem, key).map_err(|error| refused(&error))?, why))
    }

    /// Root and key as they lie there.
    fn kept(&self) -> Result<Option<Bundle>, AuthorityError> {
        let (Some(root), Some(key)) = (self.certificate()?, text(&self.key_path())?) else { return Ok(None) };
        match Bundle::parse(&root.pem, &key) {
            Ok(kept) => Ok(Some(kept)),
            Err(error) => {
                // After a power cut between the two files there is a new key with an old root, which nobody can use.
                tracing::warn!(folder = %self.folder.display(), %error, "THON's own authority cannot be used any more");
                Ok(None)
            }
        }
    }

    /// Makes a root and keeps it.
    fn made(&self, names: &[CertificateName], now: DateTime<Utc>) -> Result<Bundle, AuthorityError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "THON");
        let whose = names.iter().map(ToString::to_string).find(|name| !name.starts_with('*')).unwrap_or_default();
        params.distinguished_name.push(DnType::CommonName, format!("THON {whose} {}", now.format("%Y-%m-%d %H:%M:%S")));
        (params.not_before, params.not_after) = life(now, ROOT_LIFE);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(constraints::for_names(names));
        let key = KeyPair::generate().map_err(|error| refused(&error))?;
        let root = params.self_signed(&key).map_err(|error| refused(&error))?;
        let bundle = Bundle::parse(&root.pem(), &key.serialize_pem())?;
        self.keep(&bundle)?;
        Ok(bundle)
    }

    /// Keeps a root. The one before stays beside it, under its fingerprint, so that people can take it out again.
    fn keep(&self, bundle: &Bundle) -> Result<(), AuthorityError> {
        private_file::make_folder(&self.folder).map_err(|error| unusable(&self.folder, &error))?;
        if let Some(before) = self.certificate()? {
            let name: String = before.fingerprint.chars().filter(char::is_ascii_hexdigit).take(16).collect();
            written(&self.folder.join(format!("ca-{}.crt", name.to_lowercase())), &before.pem)?;
        }
        written(&self.key_path(), bundle.reveal_key())?;
        written(&self.certificate_path(), &bundle.certificate.pem)
    }
}

/// Why a root cannot sign for these names, if it cannot.
fn unfit(root: &Certificate, names: &[CertificateName], now: DateTime<Utc>) -> Option<String> {
    if root.not_after < now + LIFE {
        return Some(format!("the one before ends on {}", root.not_after.format("%Y-%m-%d")));
    }
    let name = constraints::forbidden(&root.der, names)?;
    Some(format!("the one before may not certify {name}"))
}

fn text(path: &Path) -> Result<Option<String>, AuthorityError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

fn written(path: &Path, text: &str) -> Result<(), AuthorityError> {
    private_file::write(path, text).map_err(|error| unusable(path, &error))
}
