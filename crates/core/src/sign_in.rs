//! Signing in with an account elsewhere: there, back, and whose account here it is.

mod arrival;
mod guest_list;
mod matching;

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use thon_domain::{
    account::Account,
    live::{Cause, Change},
};
use thon_store::{Stamp, Store, identities, sign_in_attempts, sign_in_attempts::AttemptRow};

pub use self::{
    arrival::{Arrival, Outcome, Refusal},
    guest_list::GuestList,
};
use crate::{
    accounts::actor_of,
    actor::Actor,
    clock::Nature,
    error::Error,
    port::identity::{Answer, Attempt, Identity, IdentityProvider, ProviderError},
    secret::{Secret, hash_of},
};

/// How long somebody may take at the provider.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// The use cases around accounts elsewhere.
#[derive(Clone)]
pub struct SignIn {
    store: Store,
    nature: Nature,
    providers: Arc<[Arc<dyn IdentityProvider>]>,
    guests: Arc<GuestList>,
    /// What stands before a provider's name where browsers come back to, for example
    /// `https://thon.example.org/api/auth/callback/`.
    callback: String,
}

/// A sign-in that begins.
#[derive(Clone, Debug)]
pub enum Start {
    There(Begun),
    Refused(Refusal),
}

/// Where to go, and by what the way back is known.
#[derive(Clone, Debug)]
pub struct Begun {
    pub url: String,
    pub state: Secret,
    /// What the browser has to keep: without it the state opens nothing.
    pub browser: Secret,
}

/// What a browser brought back from a provider.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Return {
    #[serde(default)]
    pub state: String,
    pub code: Option<String>,
    /// The provider's word for why there is no code (RFC 6749 §4.1.2.1).
    pub error: Option<String>,
    pub iss: Option<String>,
}

impl SignIn {
    /// `origin` is the dashboard's own, from the configuration; what a request says of itself is never asked.
    pub fn new(
        store: Store,
        nature: Nature,
        providers: Vec<Arc<dyn IdentityProvider>>,
        guests: GuestList,
        origin: &str,
    ) -> Self {
        let callback = format!("{origin}/api/auth/callback/");
        Self { store, nature, providers: providers.into(), guests: Arc::new(guests), callback }
    }

    /// Where people may have an account, in the order in which it is offered.
    pub fn providers(&self) -> impl Iterator<Item = &dyn IdentityProvider> {
        self.providers.iter().map(AsRef::as_ref)
    }

    /// What people call a place.
    pub fn title_of<'a>(&'a self, name: &'a str) -> &'a str {
        self.providers().find(|provider| provider.name() == name).map_or(name, IdentityProvider::title)
    }

    /// Begins a sign-in. A browser that has begun one keeps its secret, so that several tabs do not get in each other's way.
    ///
    /// # Errors
    /// `NotFound` when there is no such provider.
    pub async fn begin(&self, provider: &str, browser: Option<&str>, next: &str) -> Result<Start, Error> {
        let provider = self.provider(provider)?;
        let (state, now) = (Secret::random(""), self.nature.clock.now());
        let browser = browser.map_or_else(|| Secret::random(""), |known| Secret::of(known.to_owned()));
        let attempt = self.attempt(provider, state.reveal(), browser.reveal());
        let url = match provider.authorize_url(&attempt, now).await {
            Ok(url) => url,
            Err(error) => return Ok(Start::Refused(refused(provider, &error))),
        };
        let row = AttemptRow {
            state_hash: state.hash(),
            browser_hash: browser.hash(),
            provider: provider.name().to_owned(),
            next: next.to_owned(),
            expires_at: now + PATIENCE,
        };
        self.store.write(self.stamp(), move |w| Ok::<_, Error>(sign_in_attempts::insert(w, &row)?)).await?;
        Ok(Start::There(Begun { url, state, browser }))
    }

    /// Ends a sign-in, with the path to go on to.
    ///
    /// # Errors
    /// `NotFound` when there is no such provider.
    pub async fn finish(
        &self,
        provider: &str,
        browser: Option<&str>,
        came: Return,
    ) -> Result<(Outcome, String), Error> {
        let provider = self.provider(provider)?;
        let expired = (Outcome::Refused(Refusal::Expired), "/".to_owned());
        let Some(browser) = browser else { return Ok(expired) };
        let (state, of_browser, name) = (hash_of(&came.state), hash_of(browser), provider.name().to_owned());
        let taken = self
            .store
            .write(self.stamp(), move |w| Ok::<_, Error>(sign_in_attempts::take(w, &state, &of_browser, &name)?));
        let now = self.nature.clock.now();
        let Some(AttemptRow { next, expires_at, .. }) = taken.await? else { return Ok(expired) };
        if expires_at <= now {
            return Ok((expired.0, next));
        }
        let attempt = self.attempt(provider, &came.state, browser);
        let answer = match (came.code, came.error.as_deref()) {
            (Some(code), None) => Answer { code, issuer: came.iss },
            (_, error) => return Ok((Outcome::Refused(without_code(provider, error)), next)),
        };
        let outcome = match provider.exchange(&attempt, &answer, now).await {
            Ok(identity) => self.admitted(provider, identity).await?,
            Err(error) => Outcome::Refused(refused(provider, &error)),
        };
        Ok((outcome, next))
    }

    /// Who a program acts for that comes with an `id_token`; nobody when it is none of a configured issuer's.
    ///
    /// # Errors
    /// `Unauthenticated` when the token is not good or its owner is not let in, `Unavailable` when the issuer's keys cannot be
    /// read.
    pub async fn bearer(&self, id_token: &str) -> Result<Option<Actor>, Error> {
        let Some(issuer) = issuer_of(id_token) else { return Ok(None) };
        let Some(provider) = self.providers().find(|provider| provider.authority() == issuer) else { return Ok(None) };
        let identity = match provider.vouched(id_token, self.nature.clock.now()).await {
            Ok(Some(identity)) => identity,
            Err(ProviderError::Unavailable { reason }) => {
                return Err(Error::Unavailable { service: "The issuer of the token", reason });
            }
            Ok(None) | Err(_) => return Err(Error::Unauthenticated),
        };
        if !self.guests.admits(provider.name(), &identity) {
            return Err(Error::Unauthenticated);
        }
        let is_admin = self.guests.is_admin(provider.name(), &identity);
        let (authority, subject) = (provider.authority().to_owned(), identity.subject.clone());
        let known = self.store.read(move |c| {
            let known = identities::find(c, &authority, &subject)?.filter(|row| row.admin_by_list == is_admin);
            known.map(|row| actor_of(c, row.account)).transpose()
        });
        if let Some(actor) = known.await? {
            return Ok(Some(actor));
        }
        match self.admitted(provider, identity).await? {
            Outcome::In(account) => self.store.read(move |c| actor_of(c, account.id)).await.map(Some),
            Outcome::Unknown(_) | Outcome::Refused(_) => Err(Error::Unauthenticated),
        }
    }

    /// Lets in whom the lists admit and somebody here knows.
    async fn admitted(&self, provider: &dyn IdentityProvider, identity: Identity) -> Result<Outcome, Error> {
        let arrival = Arrival::new(provider, &identity);
        if !self.guests.admits(provider.name(), &identity) {
            tracing::info!(provider = provider.name(), "a sign-in was refused: on none of the lists");
            return Ok(Outcome::Refused(Refusal::NotAllowed(arrival)));
        }
        let claim = matching::Claim {
            authority: provider.authority().to_owned(),
            is_admin: self.guests.is_admin(provider.name(), &identity),
            by_login: self.guests.lists_login(provider.name(), &identity),
            identity,
        };
        let nature = self.nature.clone();
        let cause = Cause { account: None, name: arrival.name.clone() };
        let stamp = Stamp { at: self.nature.clock.now(), cause };
        let account: Option<Account> = self
            .store
            .write(stamp, move |w| {
                let account = matching::account(w, &nature, &claim)?;
                if let Some(account) = &account {
                    w.record(Change::SignedIn { account: account.id })?;
                }
                Ok::<_, Error>(account)
            })
            .await?;
        Ok(account.map_or(Outcome::Unknown(Arrival { admitted: true, ..arrival }), Outcome::In))
    }

    fn provider(&self, name: &str) -> Result<&dyn IdentityProvider, Error> {
        let found = self.providers().find(|provider| provider.name() == name);
        found.ok_or_else(|| Error::not_found("such place to sign in with"))
    }

    /// What an attempt is made of follows from two secrets that are never in one place but in the browser: whoever reads the
    /// database, or the state in a log of addresses, can finish nothing.
    fn attempt(&self, provider: &dyn IdentityProvider, state: &str, browser: &str) -> Attempt {
        let derived = |what: &str| URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{what}:{state}:{browser}")));
        Attempt {
            state: state.to_owned(),
            nonce: derived("nonce"),
            verifier: derived("verifier"),
            redirect_uri: format!("{}{}", self.callback, provider.name()),
        }
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause: Cause::thon() }
    }
}

/// Why there is no code, from the provider's word for it.
fn without_code(provider: &dyn IdentityProvider, error: Option<&str>) -> Refusal {
    match error {
        Some("access_denied" | "user_cancelled_login" | "user_cancelled_authorize") => Refusal::Declined,
        Some("server_error" | "temporarily_unavailable") => Refusal::Down,
        other => {
            let reason = other.unwrap_or("there is neither a code nor an error").to_owned();
            refused(provider, &ProviderError::Rejected { reason })
        }
    }
}

fn refused(provider: &dyn IdentityProvider, error: &ProviderError) -> Refusal {
    tracing::warn!(provider = provider.name(), %error, "a sign-in failed");
    match error {
        ProviderError::Unavailable { .. } => Refusal::Down,
        ProviderError::Clock { .. } => Refusal::Clock,
        ProviderError::Rejected { .. } => Refusal::Rejected,
    }
}

/// Who an `id_token` says that it comes from, before anything of it is believed.
fn issuer_of(id_token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        iss: String,
    }
    let mut parts = id_token.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else { return None };
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    Some(serde_json::from_slice::<Claims>(&claims).ok()?.iss)
}
