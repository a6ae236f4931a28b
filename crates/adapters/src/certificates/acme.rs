//! Certificates from a public authority that browsers know, asked for by THON itself (ACME, RFC 8555).

mod account;
mod order;
mod proof;

use std::{collections::BTreeMap, path::PathBuf};

use async_trait::async_trait;
use thon_core::{
    certificates::challenges::Challenges,
    port::certificate_authority::{
        AuthorityError, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
    },
};

pub use self::proof::Method;
use self::{account::Accounts, proof::Prover};

/// The published word for it.
pub const NAME: &str = "acme";

/// What certificates are asked for with.
#[derive(Clone, Debug)]
pub struct AcmeOptions {
    /// The URL of the authority's directory.
    pub directory: String,
    /// Whom to trust as its server, instead of those that everybody trusts: a PEM file.
    pub root_file: Option<PathBuf>,
    /// Where the account's key is kept.
    pub folder: PathBuf,
    /// Whom the authority writes to.
    pub email: Option<String>,
    /// How names are proven that need no DNS, the first first.
    pub methods: Vec<Method>,
    /// What puts proofs into the DNS: called with `present` or `cleanup`, the name in `CERTBOT_DOMAIN` and the text in
    /// `CERTBOT_VALIDATION`, so that hooks for certbot do.
    pub dns_hook: Option<PathBuf>,
}

/// Asks a public authority.
#[derive(Debug)]
pub struct Acme {
    options: AcmeOptions,
    challenges: Challenges,
}

impl Acme {
    /// Shows its proofs in `challenges`, which the doors on port 80 and 443 look into.
    pub const fn new(options: AcmeOptions, challenges: Challenges) -> Self {
        Self { options, challenges }
    }

    /// Why no public authority would certify what is wanted, in a sentence without its full stop.
    pub fn why_not(&self, request: &CertificateRequest) -> Option<String> {
        let names = self.wanted(request);
        if names.is_empty() {
            return Some(
                "there is neither a domain nor an address of the internet: set `nginx.domain` or `external_ip`"
                    .to_owned(),
            );
        }
        let everybodys = self.options.root_file.is_none();
        if let Some(own) = names.iter().find(|name| everybodys && !name.is_public()) {
            return Some(format!("{own} is no name of the internet"));
        }
        let is_wildcard = names.iter().any(|name| name.to_string().starts_with("*."));
        (is_wildcard && self.options.dns_hook.is_none()).then(|| {
            "every sandbox has a name of its own, so the certificate needs a wildcard, which is proven in the DNS: set \
             `acme.dns_hook`"
                .to_owned()
        })
    }

    /// What this authority certifies. One for a house of one's own knows addresses that are nobody's on the internet.
    fn wanted(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        let domain = request.domain_names();
        if self.options.root_file.is_none() || !domain.is_empty() {
            return request.public_names();
        }
        request.addresses.iter().copied().map(CertificateName::Address).collect()
    }

    /// Tries the ways to prove a name one after the other; a refusal uses up the order, so each has its own.
    async fn ordered(&self, names: &[CertificateName]) -> Result<Issued, AuthorityError> {
        let accounts = Accounts { options: &self.options };
        let mut refusals = BTreeMap::new();
        for method in &self.options.methods {
            let prover = Prover { method: *method, dns_hook: self.options.dns_hook.clone(), shown: &self.challenges };
            match order::certificate(&accounts, names, &prover).await {
                Ok(bundle) => {
                    let why = format!("{} certified it, proven by {method}", self.options.directory);
                    return Ok(Issued { bundle, provider: NAME.to_owned(), why });
                }
                Err(AuthorityError::Rejected { reason }) => drop(refusals.insert(method.to_string(), reason)),
                Err(other) => return Err(other),
            }
        }
        let reasons = refusals.into_iter().map(|(method, reason)| format!("{method}: {reason}"));
        Err(AuthorityError::rejected(reasons.collect::<Vec<_>>().join("; ")))
    }
}

#[async_trait]
impl CertificateAuthority for Acme {
    fn name(&self) -> &'static str {
        NAME
    }

    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        self.wanted(request)
    }

    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        match self.why_not(request) {
            Some(why) => Err(AuthorityError::rejected(why)),
            None => self.ordered(&self.wanted(request)).await,
        }
    }

    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        Ok(None)
    }
}
