//! What an issuer says of a person: in the `id_token`, and for what is not in there at its userinfo endpoint.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessToken, ClaimsVerificationError, HttpRequest, Nonce, NonceVerifier as _, SignatureVerificationError,
    core::{CoreIdToken, CoreJwsSigningAlgorithm as Alg, CoreProviderMetadata},
    http::{self, header},
};
use serde::Deserialize;
use thon_core::port::identity::{Identity, ProviderError};

use super::Client;
use crate::identity::Web;

/// How much the clocks here and there may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// What tokens may be signed with: keys that only the issuer has.
const SIGNATURES: [Alg; 10] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EcdsaP521Sha512,
    Alg::EdDsa,
];

/// What is known of a person (`OpenID` Connect Core §5.1). Read leniently: some issuers write truths as texts, and what is not
/// needed here in forms of their own.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claims {
    sub: String,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    preferred_username: Option<String>,
    nickname: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: Truth,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
enum Truth {
    Said(bool),
    Text(String),
    #[default]
    Unsaid,
}

/// Why an `id_token` is not believed.
pub(super) enum Bad {
    UnknownKey,
    Time(String),
    Other(String),
}

impl From<Bad> for ProviderError {
    fn from(bad: Bad) -> Self {
        match bad {
            Bad::UnknownKey => Self::rejected("the id_token is signed with a key that the issuer does not have"),
            Bad::Time(reason) => Self::Clock { reason },
            Bad::Other(reason) => Self::Rejected { reason },
        }
    }
}

/// Checks signature, issuer, audience, times and nonce, and reads what it says.
pub(super) fn verified(
    client: &Client,
    id_token: &CoreIdToken,
    nonce: Option<&Nonce>,
    now: DateTime<Utc>,
) -> Result<Claims, Bad> {
    let issued = move |at: DateTime<Utc>| {
        if at <= now + LEEWAY { Ok(()) } else { Err(format!("it was issued at {at}, and here it is {now}")) }
    };
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(SIGNATURES)
        .set_time_fn(move || now - LEEWAY)
        .set_issue_time_verifier_fn(issued);
    let same = |said: Option<&Nonce>| nonce.map_or(Ok(()), |nonce| nonce.verify(said));
    let claims = id_token.claims(&verifier, same).map_err(bad)?;
    serde_json::to_value(claims)
        .and_then(serde_json::from_value)
        .map_err(|error| Bad::Other(format!("the id_token is not understood: {error}")))
}

fn bad(error: ClaimsVerificationError) -> Bad {
    match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Bad::UnknownKey,
        ClaimsVerificationError::SignatureVerification(cause) => {
            Bad::Other(format!("the id_token's signature: {cause}"))
        }
        ClaimsVerificationError::Expired(reason) => Bad::Time(reason),
        other => Bad::Other(other.to_string()),
    }
}

/// What the issuer says to whoever has the person's access token (`OpenID` Connect Core §5.3).
pub(super) async fn at_userinfo(
    web: &Web,
    metadata: &CoreProviderMetadata,
    token: &AccessToken,
) -> Result<Option<Claims>, ProviderError> {
    let Some(endpoint) = metadata.userinfo_endpoint() else { return Ok(None) };
    let request: HttpRequest = http::Request::get(endpoint.as_str())
        .header(header::ACCEPT, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {}", token.secret()))
        .body(Vec::new())
        .map_err(|error| ProviderError::unavailable(error.to_string()))?;
    let answer = web.send(request).await?;
    if !answer.status().is_success() {
        return Err(ProviderError::rejected(format!("its userinfo endpoint answered with {}", answer.status())));
    }
    let claims = serde_json::from_slice(answer.body());
    claims.map(Some).map_err(|error| ProviderError::rejected(format!("its userinfo is not understood: {error}")))
}

impl Claims {
    /// Whether there is nothing more to ask for.
    pub fn says_everything(&self) -> bool {
        self.name.is_some() && self.email.is_some()
    }

    /// With what the userinfo endpoint adds, if it speaks of the same person (`OpenID` Connect Core §5.3.2).
    pub fn completed_by(self, more: Option<Self>) -> Result<Identity, ProviderError> {
        let Some(more) = more else { return Ok(self.identity()) };
        if more.sub != self.sub {
            return Err(ProviderError::rejected("its userinfo speaks of somebody else than its id_token"));
        }
        // An address and whether it is checked belong together, whoever says so.
        let (email, email_verified) = match self.email {
            Some(email) => (Some(email), self.email_verified),
            None => (more.email, more.email_verified),
        };
        let whole = Self {
            sub: self.sub,
            name: self.name.or(more.name),
            given_name: self.given_name.or(more.given_name),
            family_name: self.family_name.or(more.family_name),
            preferred_username: self.preferred_username.or(more.preferred_username),
            nickname: self.nickname.or(more.nickname),
            email,
            email_verified,
        };
        Ok(whole.identity())
    }

    pub fn identity(&self) -> Identity {
        let checked = match &self.email_verified {
            Truth::Said(truth) => *truth,
            Truth::Text(text) => text == "true",
            Truth::Unsaid => false,
        };
        let login = self.preferred_username.clone().or_else(|| self.nickname.clone());
        let parts = [self.given_name.as_deref(), self.family_name.as_deref()];
        let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = self.name.clone().or_else(|| (!full.is_empty()).then_some(full)).or_else(|| login.clone());
        Identity {
            subject: self.sub.clone(),
            name: name.or_else(|| self.email.clone()).unwrap_or_else(|| self.sub.clone()),
            login,
            emails: self.email.clone().filter(|_| checked).into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Claims {
        serde_json::from_str(json).expect("claims")
    }

    #[test]
    fn an_address_counts_when_it_is_checked() {
        for (word, counts) in [("true", true), (r#""true""#, true), ("false", false), (r#""false""#, false)] {
            let json = format!(r#"{{"sub": "1", "email": "a@b.example", "email_verified": {word}}}"#);
            assert_eq!(!claims(&json).identity().emails.is_empty(), counts, "{word}");
        }
        assert_eq!(claims(r#"{"sub": "1", "email": "a@b.example"}"#).identity().emails, [""; 0]);
    }

    #[test]
    fn userinfo_adds_and_overwrites_nothing() {
        let token = claims(r#"{"sub": "1", "email": "a@b.example"}"#);
        let more = r#"{"sub": "1", "name": "Alice", "email": "x@y.example", "email_verified": true, "locale": {}}"#;
        let whole = token.completed_by(Some(claims(more))).expect("the same person");
        assert_eq!((whole.name.as_str(), whole.emails.len()), ("Alice", 0), "the token's own address is not checked");
    }

    #[test]
    fn userinfo_of_somebody_else_is_refused() {
        let (one, other) = (claims(r#"{"sub": "1"}"#), claims(r#"{"sub": "2", "email": "a@b.example"}"#));
        assert!(matches!(one.completed_by(Some(other)), Err(ProviderError::Rejected { .. })));
    }

    #[test]
    fn a_person_has_some_name() {
        for (json, name) in [
            (r#"{"sub": "1", "name": "Alice A."}"#, "Alice A."),
            (r#"{"sub": "1", "given_name": "Alice", "family_name": "A."}"#, "Alice A."),
            (r#"{"sub": "1", "preferred_username": "alice"}"#, "alice"),
            (r#"{"sub": "1", "email": "a@b.example"}"#, "a@b.example"),
            (r#"{"sub": "1"}"#, "1"),
        ] {
            assert_eq!(claims(json).identity().name, name);
        }
    }
}
