//! Certificates from the host's `mkcert`: browsers of people who installed its root know them already.
//!
//! Its root may certify anything, so nobody but the one who owns its key should trust it; `auto` never takes it.

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use thon_core::port::certificate_authority::{
    AuthorityError, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
};

use super::{certificate, failed, make_folder, written};
use crate::command::{Call, Environment};

/// The published word for it.
pub const NAME: &str = "mkcert";

/// How long it may take: the first time it makes an RSA key of 3,072 bits.
const LIMIT: Duration = Duration::from_mins(2);

/// Makes certificates with the host's `mkcert`.
#[derive(Clone, Debug)]
pub struct Mkcert {
    /// Where it writes.
    pub folder: PathBuf,
    /// Where its root lies, when elsewhere than where `mkcert` looks for the user that THON runs as.
    pub root_folder: Option<PathBuf>,
}

impl Mkcert {
    fn environment(&self) -> Environment {
        self.root_folder.iter().map(|folder| ("CAROOT", folder.display().to_string())).collect()
    }

    async fn run(&self, arguments: &[&str]) -> Result<String, AuthorityError> {
        let call = Call { environment: self.environment(), limit: LIMIT, ..Call::new("mkcert", arguments) };
        call.run().await.map_err(|error| failed(&error))
    }
}

#[async_trait]
impl CertificateAuthority for Mkcert {
    fn name(&self) -> &'static str {
        NAME
    }

    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        request.all_names()
    }

    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        make_folder(&self.folder).await?;
        let (chain, key) = (self.folder.join("mkcert.pem"), self.folder.join("mkcert-key.pem"));
        let (chain_text, key_text) = (chain.display().to_string(), key.display().to_string());
        let names: Vec<String> = request.all_names().iter().map(ToString::to_string).collect();
        let mut arguments = vec!["-cert-file", chain_text.as_str(), "-key-file", key_text.as_str()];
        arguments.extend(names.iter().map(String::as_str));
        self.run(&arguments).await?;
        let bundle = written(chain, key).await?;
        Ok(Issued { bundle, provider: NAME.to_owned(), why: "`nginx.ssl_provider` names mkcert".to_owned() })
    }

    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        let folder = self.run(&["-CAROOT"]).await?;
        certificate(PathBuf::from(folder.trim()).join("rootCA.pem")).await
    }
}
