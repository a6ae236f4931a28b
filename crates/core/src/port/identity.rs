//! The port to places where people have an account already: GitHub, GitLab, `LinkedIn`, any issuer of `OpenID` Connect.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Somewhere that says who somebody is.
#[async_trait]
pub trait IdentityProvider: Send + Sync + 'static {
    /// Its word in addresses, for example `github`.
    fn name(&self) -> &str;

    /// As people know it, for example `GitHub`.
    fn title(&self) -> &str;

    /// The URL that stands for it for ever: an issuer, or the place itself.
    fn authority(&self) -> &str;

    /// Where a browser goes to sign in there.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be asked where that is.
    async fn authorize_url(&self, attempt: &Attempt, now: DateTime<Utc>) -> Result<String, ProviderError>;

    /// Who the browser is that came back.
    ///
    /// # Errors
    /// `Rejected` when the answer is not good (any more), `Clock` when it is good at another time only, `Unavailable` when the
    /// place does not answer.
    async fn exchange(&self, attempt: &Attempt, answer: &Answer, now: DateTime<Utc>)
    -> Result<Identity, ProviderError>;

    /// Who an `id_token` speaks of; nobody where there are no such things.
    ///
    /// # Errors
    /// As [`IdentityProvider::exchange`].
    async fn vouched(&self, _id_token: &str, _now: DateTime<Utc>) -> Result<Option<Identity>, ProviderError> {
        Ok(None)
    }
}

/// One try to sign in, from both ends of the way.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    pub state: String,
    /// What the `id_token` has to repeat (`OpenID` Connect Core §3.1.2.1).
    pub nonce: String,
    /// What proves that who asks for the token began the sign-in (RFC 7636).
    pub verifier: String,
    /// Where the browser comes back to.
    pub redirect_uri: String,
}

/// What a browser brings back.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub code: String,
    /// Who says that the answer is theirs, where they say so (RFC 9207).
    pub issuer: Option<String>,
}

/// Who somebody is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// By which the account is known there for ever.
    pub subject: String,
    /// How the person is called.
    pub name: String,
    /// The name that they chose there, where they have one.
    pub login: Option<String>,
    /// Their addresses that the place has made sure of, the main one first.
    pub emails: Vec<String>,
}

/// Why somewhere does not say who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error("it does not answer: {reason}")]
    Unavailable { reason: String },
    #[error("it was refused: {reason}")]
    Rejected { reason: String },
    #[error("the clocks differ: {reason}")]
    Clock { reason: String },
}

impl ProviderError {
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into() }
    }

    pub fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected { reason: reason.into() }
    }
}
