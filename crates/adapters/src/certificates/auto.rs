//! The chain that `auto` is: the first who can and may make a certificate does, and the log says why it was they.

use std::sync::Arc;

use async_trait::async_trait;
use thon_core::{
    clock::Clock,
    port::certificate_authority::{
        AuthorityError, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
    },
};

/// The published word for it.
pub const NAME: &str = "auto";

/// One who may be asked.
pub struct Step {
    pub authority: Arc<dyn CertificateAuthority>,
    /// Why they are not even asked here, in a sentence without its full stop; `None` when they are.
    pub passed_over: Option<String>,
}

/// Several authorities, the best first.
pub struct Auto {
    steps: Vec<Step>,
    clock: Arc<dyn Clock>,
}

impl Auto {
    pub const fn new(steps: Vec<Step>, clock: Arc<dyn Clock>) -> Self {
        Self { steps, clock }
    }

    fn step(&self, provider: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.authority.name() == provider)
    }

    /// Asks one after the other. Where the old certificate's own maker is reached only because those before failed, and
    /// nothing else calls for a new one, the old one stays.
    async fn first(&self, request: &CertificateRequest, old: Option<&Issued>) -> Result<Issued, AuthorityError> {
        let (mut before, mut failures) = (Vec::new(), Vec::new());
        for step in &self.steps {
            let name = step.authority.name();
            if let Some(why) = &step.passed_over {
                tracing::info!(step = name, "auto passes over {name}: {why}");
                before.push(format!("{name} was passed over: {why}"));
                continue;
            }
            let old = old.filter(|old| old.provider == name);
            if let Some(old) = old.filter(|_| !failures.is_empty())
                && !self.is_due(step, request, old).await
            {
                return Err(AuthorityError::unavailable(format!("{}; {name} stays in use", failures.join("; "))));
            }
            let made = match old {
                Some(old) => step.authority.renew(request, old).await,
                None => step.authority.issue(request).await,
            };
            match made {
                Ok(issued) => {
                    tracing::info!(step = name, "auto takes {name}: {}", issued.why);
                    before.push(issued.why.clone());
                    return Ok(Issued { why: before.join("; "), ..issued });
                }
                Err(error) => {
                    tracing::warn!(step = name, %error, "auto goes on, since {name} made none");
                    failures.push(format!("{name} made none: {error}"));
                    before.extend(failures.last().cloned());
                }
            }
        }
        Err(AuthorityError::unavailable(failures.join("; ")))
    }

    async fn is_due(&self, step: &Step, request: &CertificateRequest, old: &Issued) -> bool {
        let by_time = old.bundle.certificate.renew_at() <= self.clock.now();
        by_time || step.authority.has_newer(request, old).await
    }
}

#[async_trait]
impl CertificateAuthority for Auto {
    fn name(&self) -> &'static str {
        NAME
    }

    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        request.all_names()
    }

    fn names_by(&self, provider: &str, request: &CertificateRequest) -> Vec<CertificateName> {
        self.step(provider).map(|step| step.authority.names(request)).unwrap_or_default()
    }

    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        self.first(request, None).await
    }

    async fn renew(&self, request: &CertificateRequest, old: &Issued) -> Result<Issued, AuthorityError> {
        self.first(request, Some(old)).await
    }

    /// A better one may have become possible: an earlier step is asked again at every start, and after it failed.
    async fn has_newer(&self, request: &CertificateRequest, than: &Issued) -> bool {
        let asked = self.steps.iter().find(|step| step.passed_over.is_none() || step.authority.name() == than.provider);
        match asked {
            Some(step) if step.authority.name() == than.provider => step.authority.has_newer(request, than).await,
            _ => true,
        }
    }

    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        for step in &self.steps {
            if let Some(root) = step.authority.root().await? {
                return Ok(Some(root));
            }
        }
        Ok(None)
    }
}
