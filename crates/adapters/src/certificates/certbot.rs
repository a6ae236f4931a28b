//! Certificates from Let's Encrypt through the host's `certbot`, in folders of THON's own, so that it needs no root.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use thon_core::port::certificate_authority::{
    AuthorityError, Bundle, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
};

use super::{failed, make_folder, written};
use crate::command::Call;

/// The published word for it.
pub const NAME: &str = "certbot";

/// How long it may take: the other side looks at each name in turn, and DNS takes its time.
const LIMIT: Duration = Duration::from_mins(10);

/// Makes certificates with the host's `certbot`.
#[derive(Clone, Debug)]
pub struct Certbot {
    /// The program, `certbot` on a host as it should be.
    pub program: String,
    /// Where it keeps account, certificates and logs.
    pub folder: PathBuf,
    /// Below which it puts what proves a name, at `/.well-known/acme-challenge/`.
    pub web_folder: PathBuf,
    /// Whom Let's Encrypt writes to.
    pub email: Option<String>,
    /// What puts proofs into the DNS: called with `present` or `cleanup`, and with certbot's variables.
    pub dns_hook: Option<PathBuf>,
    /// Another authority than Let's Encrypt, by the URL of its directory.
    pub directory: Option<String>,
}

impl Certbot {
    async fn run(&self, request: &CertificateRequest, force: bool) -> Result<(), AuthorityError> {
        let arguments = self.arguments(request, force)?;
        // It takes none that is not there.
        make_folder(&self.web_folder).await?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let call = Call { limit: LIMIT, ..Call::new(&self.program, &arguments) };
        call.run().await.map(drop).map_err(|error| failed(&error))
    }

    fn arguments(&self, request: &CertificateRequest, force: bool) -> Result<Vec<String>, AuthorityError> {
        if request.domain.is_none() {
            return Err(AuthorityError::rejected("certbot certifies domains only: set `nginx.domain`"));
        }
        let mut arguments: Vec<String> =
            ["certonly", "--non-interactive", "--agree-tos", "--cert-name", "thon"].map(str::to_owned).to_vec();
        for (option, name) in [("--config-dir", "config"), ("--work-dir", "work"), ("--logs-dir", "logs")] {
            arguments.extend([option.to_owned(), self.folder.join(name).display().to_string()]);
        }
        match &self.email {
            Some(email) => arguments.extend(["--email".to_owned(), email.clone()]),
            None => arguments.push("--register-unsafely-without-email".to_owned()),
        }
        arguments.extend(self.directory.iter().flat_map(|url| ["--server".to_owned(), url.clone()]));
        arguments.extend(self.proof(request)?);
        arguments.extend(force.then(|| "--force-renewal".to_owned()));
        arguments.extend(request.domain_names().iter().flat_map(|name| ["-d".to_owned(), name.to_string()]));
        Ok(arguments)
    }

    /// How the names are proven: in the DNS where there is a hook, else by a file.
    fn proof(&self, request: &CertificateRequest) -> Result<Vec<String>, AuthorityError> {
        match &self.dns_hook {
            Some(hook) => {
                let path = word_of_a_shell(hook)?;
                let call = |word: &str| format!("{path} {word}");
                let options = ["--manual", "--preferred-challenges", "dns", "--manual-auth-hook"].map(str::to_owned);
                let rest = [call("present"), "--manual-cleanup-hook".to_owned(), call("cleanup")];
                Ok(options.into_iter().chain(rest).collect())
            }
            None if request.wildcard => Err(AuthorityError::rejected(
                "every sandbox has a name of its own, so the certificate needs a wildcard, which is proven in the DNS: set \
                 `acme.dns_hook`, or choose `own`",
            )),
            None => Ok(vec!["--webroot".to_owned(), "-w".to_owned(), self.web_folder.display().to_string()]),
        }
    }

    async fn live(&self) -> Result<Bundle, AuthorityError> {
        let live = self.folder.join("config/live/thon");
        written(live.join("fullchain.pem"), live.join("privkey.pem")).await
    }

    /// Whether another lies there than this.
    async fn has_renewed(&self, than: &Issued) -> bool {
        let live = self.live().await;
        live.is_ok_and(|live| live.certificate.fingerprint != than.bundle.certificate.fingerprint)
    }

    async fn issued(&self) -> Result<Issued, AuthorityError> {
        let why = "`nginx.ssl_provider` names certbot".to_owned();
        Ok(Issued { bundle: self.live().await?, provider: NAME.to_owned(), why })
    }
}

#[async_trait]
impl CertificateAuthority for Certbot {
    fn name(&self) -> &'static str {
        NAME
    }

    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        request.domain_names()
    }

    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        self.run(request, false).await?;
        self.issued().await
    }

    /// What certbot's own timer has renewed is taken as it is.
    async fn renew(&self, request: &CertificateRequest, old: &Issued) -> Result<Issued, AuthorityError> {
        if old.provider != NAME || !self.has_renewed(old).await {
            self.run(request, old.provider == NAME).await?;
        }
        self.issued().await
    }

    async fn has_newer(&self, _request: &CertificateRequest, than: &Issued) -> bool {
        than.provider != NAME || self.has_renewed(than).await
    }

    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        Ok(None)
    }
}

/// A path as certbot's hooks take it: it hands them to a shell, yet looks for a program of the name as it is written, so
/// quotation marks are no way out.
fn word_of_a_shell(path: &Path) -> Result<String, AuthorityError> {
    let word = path.display().to_string();
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte)) {
        return Ok(word);
    }
    let reason = format!(
        "`acme.dns_hook` is {word:?}, and certbot hands it to a shell: use letters, digits and / . _ - + @ only"
    );
    Err(AuthorityError::rejected(reason))
}
