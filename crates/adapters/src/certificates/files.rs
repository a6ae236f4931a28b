//! Certificates that the operator brings: two files, read again when they change.

use std::{
    fs,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use thon_core::port::certificate_authority::{
    AuthorityError, Bundle, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
};

use super::{apart, unusable};

/// The published word for it.
pub const NAME: &str = "files";

/// A chain and its key, in files of the operator's.
#[derive(Clone, Debug)]
pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Files {
    fn read(&self) -> Result<Bundle, AuthorityError> {
        let (chain, key) = (text(&self.certificate)?, text(&self.key)?);
        Bundle::parse(&chain, &key).map_err(|error| {
            AuthorityError::rejected(format!("{} and {}: {error}", self.certificate.display(), self.key.display()))
        })
    }
}

#[async_trait]
impl CertificateAuthority for Files {
    fn name(&self) -> &'static str {
        NAME
    }

    /// What people come in under. Addresses are only asked for where there is no domain.
    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        let domain = request.domain_names();
        if domain.is_empty() {
            request.addresses.iter().copied().map(CertificateName::Address).collect()
        } else {
            domain
        }
    }

    async fn issue(&self, _request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        let files = self.clone();
        let bundle = apart(move || files.read()).await?;
        let why = format!("{} is the operator's own", self.certificate.display());
        Ok(Issued { bundle, provider: NAME.to_owned(), why })
    }

    /// The files are looked at, not their dates: copies keep those.
    async fn has_newer(&self, _request: &CertificateRequest, than: &Issued) -> bool {
        let files = self.clone();
        let now = apart(move || files.read()).await;
        than.provider != NAME
            || now.is_ok_and(|bundle| bundle.certificate.fingerprint != than.bundle.certificate.fingerprint)
    }

    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        Ok(None)
    }
}

fn text(path: &Path) -> Result<String, AuthorityError> {
    fs::read_to_string(path).map_err(|error| unusable(path, &error))
}
