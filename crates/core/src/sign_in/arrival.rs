//! Who has come: somebody of whom a provider says who they are, whether they are known here or not.

use serde::{Deserialize, Serialize};

use crate::{
    port::identity::{Identity, IdentityProvider},
    secret::hash_of,
};

/// Somebody who proved elsewhere who they are, and is not let in (yet).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The provider's word, for example `github`.
    pub provider: String,
    /// As people know it, for example `GitHub`.
    pub title: String,
    /// With the next, by which they are known for ever.
    pub authority: String,
    pub subject: String,
    pub name: String,
    /// The first address that the provider has made sure of.
    pub email: Option<String>,
    pub login: Option<String>,
    /// Whether they may come in, if anybody here knew them: nobody else may join in their name.
    #[serde(default)]
    pub admitted: bool,
}

impl Arrival {
    /// What a form says of it, so that somebody agrees to this account and to no other.
    pub fn mark(&self) -> String {
        hash_of(&format!("{}\n{}", self.authority, self.subject))
    }

    pub(super) fn new(provider: &dyn IdentityProvider, identity: &Identity) -> Self {
        Self {
            provider: provider.name().to_owned(),
            title: provider.title().to_owned(),
            authority: provider.authority().to_owned(),
            subject: identity.subject.clone(),
            name: identity.name.clone(),
            email: identity.emails.first().cloned(),
            login: identity.login.clone(),
            admitted: false,
        }
    }
}

/// How a sign-in ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    In(thon_domain::account::Account),
    /// They may come in, but nobody here has entered them: the one place for joining and for waiting.
    Unknown(Arrival),
    Refused(Refusal),
}

/// Why nobody is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The sign-in took too long, was used before, or another browser began it.
    Expired,
    /// The person said no at the provider.
    Declined,
    /// They are on none of the lists.
    NotAllowed(Arrival),
    /// The provider does not answer.
    Down,
    /// What the provider said is good at another time only.
    Clock,
    /// The provider did not take what it was asked, or its answer is not good.
    Rejected,
}
