//! The port to whoever makes certificates: THON's own authority, one that browsers know already, a program of the host.

mod bundle;
mod name;
mod request;

use async_trait::async_trait;

pub use self::{
    bundle::{Bundle, BundleError, Certificate},
    name::{CertificateName, NameError},
    request::CertificateRequest,
};

/// Makes certificates. Asking again for the same is harmless.
#[async_trait]
pub trait CertificateAuthority: Send + Sync + 'static {
    /// The published word for it, for example `own`.
    fn name(&self) -> &'static str;

    /// Which of the names that are wanted it certifies: an authority that everybody trusts knows no `localhost`.
    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName>;

    /// As [`CertificateAuthority::names`], for a certificate that this one made: a chain of several has several answers.
    fn names_by(&self, _provider: &str, request: &CertificateRequest) -> Vec<CertificateName> {
        self.names(request)
    }

    /// Makes a certificate for these names, with a new key.
    ///
    /// # Errors
    /// `Rejected` when it will not be made like this, `NotFound` when what it is made with is missing, `Unavailable` when
    /// it may work later.
    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError>;

    /// Makes the certificate that follows on one that gets old.
    ///
    /// # Errors
    /// As [`CertificateAuthority::issue`].
    async fn renew(&self, request: &CertificateRequest, _old: &Issued) -> Result<Issued, AuthorityError> {
        self.issue(request).await
    }

    /// Whether it has another certificate to give than this, though this one is still good: another made it, or files were
    /// changed by hand.
    async fn has_newer(&self, _request: &CertificateRequest, than: &Issued) -> bool {
        than.provider != self.name()
    }

    /// The certificate that people have to trust; none when their browsers do already.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be read now.
    async fn root(&self) -> Result<Option<Certificate>, AuthorityError>;
}

/// A certificate that was made, and by whom.
#[derive(Clone, Debug)]
pub struct Issued {
    pub bundle: Bundle,
    /// The published word for who made it. Of a chain, the one whose turn it was.
    pub provider: String,
    /// Why this one, in a sentence without its full stop.
    pub why: String,
}

/// Why there is no certificate. Each reason is a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// It may work later.
    #[error("{reason}")]
    Unavailable { reason: String },
    /// It will not work until a person changes something.
    #[error("{reason}")]
    Rejected { reason: String },
    /// A program or a file that is needed is not there.
    #[error("{reason}")]
    NotFound { reason: String },
}

impl AuthorityError {
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into() }
    }

    pub fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected { reason: reason.into() }
    }

    pub fn not_found(reason: impl Into<String>) -> Self {
        Self::NotFound { reason: reason.into() }
    }
}

impl From<BundleError> for AuthorityError {
    fn from(error: BundleError) -> Self {
        Self::rejected(error.to_string())
    }
}
