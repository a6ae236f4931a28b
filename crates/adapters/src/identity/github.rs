//! GitHub, and GitHub Enterprise Server: OAuth 2 without `OpenID` Connect, so the API says who somebody is.
//!
//! <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use openidconnect::{
    HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier,
    http::{self, StatusCode, header},
    url::{Url, form_urlencoded},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use thon_core::port::identity::{Answer, Attempt, Identity, IdentityProvider, ProviderError};

use super::Web;

/// Its word in addresses.
pub const NAME: &str = "github";

/// What THON wants to know: who it is, and which addresses are theirs.
const SCOPE: &str = "read:user user:email";

/// The version of the API that is spoken (<https://docs.github.com/en/rest/about-the-rest-api/api-versions>).
const VERSION: &str = "2022-11-28";

/// How THON is known at a GitHub.
#[derive(Clone, Debug)]
pub struct GitHubOptions {
    /// `https://github.com`, or where a server of one's own is, without a slash at the end.
    pub base_url: String,
    pub client_id: String,
    pub client_secret: SecretString,
    /// Whether PKCE is used.
    pub pkce: bool,
}

/// A GitHub.
#[derive(Debug)]
pub struct GitHub {
    options: GitHubOptions,
    web: Web,
}

/// What comes for a code. A refusal has the status of success, too.
#[derive(Deserialize)]
struct Exchanged {
    access_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

#[derive(Deserialize)]
struct Person {
    id: u64,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

impl GitHub {
    pub const fn new(options: GitHubOptions, web: Web) -> Self {
        Self { options, web }
    }

    /// Where the API is; a server of one's own has it below its own address.
    fn api(&self, path: &str) -> String {
        let base = &self.options.base_url;
        if base == "https://github.com" {
            format!("https://api.github.com{path}")
        } else {
            format!("{base}/api/v3{path}")
        }
    }

    /// What a token is asked for with.
    fn form(&self, attempt: &Attempt, code: &str) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &self.options.client_id)
            .append_pair("client_secret", self.options.client_secret.expose_secret())
            .append_pair("code", code)
            .append_pair("redirect_uri", &attempt.redirect_uri);
        if self.options.pkce {
            form.append_pair("code_verifier", &attempt.verifier);
        }
        form.finish()
    }

    async fn token(&self, attempt: &Attempt, code: &str) -> Result<String, ProviderError> {
        let request = http::Request::post(format!("{}/login/oauth/access_token", self.options.base_url))
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.form(attempt, code).into_bytes());
        let token: Exchanged = read(&self.web.send(built(request)?).await?)?;
        let Exchanged { access_token, error, error_description } = token;
        access_token.ok_or_else(|| {
            let why = error_description.or(error).unwrap_or_else(|| "its answer has no token".to_owned());
            ProviderError::rejected(why)
        })
    }

    async fn asked<T: DeserializeOwned>(&self, path: &str, token: &str) -> Result<T, ProviderError> {
        let request = http::Request::get(self.api(path))
            .header(header::ACCEPT, "application/vnd.github+json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("x-github-api-version", VERSION)
            .body(Vec::new());
        read(&self.web.send(built(request)?).await?)
    }
}

#[async_trait]
impl IdentityProvider for GitHub {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "GitHub"
    }

    fn authority(&self) -> &str {
        &self.options.base_url
    }

    async fn authorize_url(&self, attempt: &Attempt, _: DateTime<Utc>) -> Result<String, ProviderError> {
        let mut url = Url::parse(&format!("{}/login/oauth/authorize", self.options.base_url))
            .map_err(|error| ProviderError::unavailable(error.to_string()))?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.options.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("scope", SCOPE)
            .append_pair("state", &attempt.state);
        if self.options.pkce {
            let challenge =
                PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(attempt.verifier.clone()));
            url.query_pairs_mut()
                .append_pair("code_challenge", challenge.as_str())
                .append_pair("code_challenge_method", challenge.method().as_str());
        }
        Ok(url.into())
    }

    async fn exchange(&self, attempt: &Attempt, answer: &Answer, _: DateTime<Utc>) -> Result<Identity, ProviderError> {
        let token = self.token(attempt, &answer.code).await?;
        let person: Person = self.asked("/user", &token).await?;
        let mut addresses: Vec<Address> = self.asked("/user/emails", &token).await?;
        addresses.retain(|address| address.verified);
        addresses.sort_by_key(|address| !address.primary);
        Ok(Identity {
            subject: person.id.to_string(),
            name: person.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| person.login.clone()),
            login: Some(person.login),
            emails: addresses.into_iter().map(|address| address.email).collect(),
        })
    }
}

fn built(request: http::Result<HttpRequest>) -> Result<HttpRequest, ProviderError> {
    request.map_err(|error| ProviderError::unavailable(error.to_string()))
}

fn read<T: DeserializeOwned>(answer: &HttpResponse) -> Result<T, ProviderError> {
    if answer.status() != StatusCode::OK {
        return Err(ProviderError::rejected(format!("it answered with {}", answer.status())));
    }
    serde_json::from_slice(answer.body())
        .map_err(|error| ProviderError::rejected(format!("its answer is not understood: {error}")))
}
