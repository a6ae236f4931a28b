//! A certificate that signs itself, made by `openssl`: no authority at all, so each browser warns until it trusts this very one.

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use thon_core::port::certificate_authority::{
    AuthorityError, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
};

use super::{certificate, failed, make_folder, written};
use crate::command::Call;

/// The published word for it.
pub const NAME: &str = "openssl";

/// How long one lives, in days, as in the earlier THON.
const DAYS: &str = "365";

/// How long the making of an RSA key may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Makes certificates with the host's `openssl`.
#[derive(Clone, Debug)]
pub struct OpenSsl {
    /// Where it writes.
    pub folder: PathBuf,
}

#[async_trait]
impl CertificateAuthority for OpenSsl {
    fn name(&self) -> &'static str {
        NAME
    }

    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        request.all_names()
    }

    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        make_folder(&self.folder).await?;
        let (chain, key) = (self.folder.join("openssl.crt"), self.folder.join("openssl.key"));
        let (key_text, chain_text) = (key.display().to_string(), chain.display().to_string());
        let arguments = [
            ["req", "-x509", "-newkey", "rsa:2048", "-sha256", "-nodes", "-days", DAYS].as_slice(),
            &["-config", "/dev/stdin", "-keyout", &key_text, "-out", &chain_text],
        ]
        .concat();
        let input = &configuration(&request.all_names());
        let call = Call { input, limit: LIMIT, ..Call::new("openssl", &arguments) };
        call.run().await.map_err(|error| failed(&error))?;
        let bundle = written(chain, key).await?;
        Ok(Issued { bundle, provider: NAME.to_owned(), why: "`nginx.ssl_provider` names openssl".to_owned() })
    }

    /// The certificate itself: nobody else vouches for it.
    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        certificate(self.folder.join("openssl.crt")).await
    }
}

/// What `openssl` is told, whatever the system's own configuration says. A name holds nothing that would be a line of its own.
fn configuration(names: &[CertificateName]) -> String {
    let names = names.iter().map(|name| match name {
        CertificateName::Domain(domain) => format!("DNS:{domain}"),
        CertificateName::Address(address) => format!("IP:{address}"),
    });
    let names = names.collect::<Vec<_>>().join(",");
    format!(
        "[req]\ndistinguished_name = subject\nx509_extensions = extensions\nprompt = no\n[subject]\nCN = thon\n[extensions]\n\
         subjectAltName = {names}\nbasicConstraints = critical,CA:FALSE\n\
         keyUsage = critical,digitalSignature,keyEncipherment\nextendedKeyUsage = serverAuth,clientAuth\n\
         subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always\n"
    )
}
