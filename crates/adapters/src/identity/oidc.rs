//! Any issuer of `OpenID` Connect, found by discovery: an address and a client are all that is configured.

mod claims;
mod issuer;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, TokenResponse as _,
    core::{CoreClient, CoreClientAuthMethod, CoreIdToken, CoreProviderMetadata, CoreResponseType},
    url::Url,
};
use secrecy::{ExposeSecret as _, SecretString};
use thon_core::port::identity::{Answer, Attempt, Identity, IdentityProvider, ProviderError};

use self::issuer::Issuer;
use super::{Web, WebError};

/// How THON is known at an issuer, and what it wants there.
#[derive(Clone, Debug)]
pub struct OidcOptions {
    /// Its word in addresses.
    pub name: String,
    /// As people know it.
    pub title: String,
    /// Its URL, as it writes it itself.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<SecretString>,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    /// Whether PKCE is used.
    pub pkce: bool,
    /// Whether a nonce is asked for and checked.
    pub nonce: bool,
}

/// An issuer of `OpenID` Connect.
#[derive(Debug)]
pub struct Oidc {
    options: OidcOptions,
    issuer: Issuer,
    web: Web,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Oidc {
    /// An issuer that is asked nothing before somebody wants to sign in.
    pub fn new(options: OidcOptions, web: Web) -> Self {
        Self { issuer: Issuer::new(options.issuer.clone(), web.clone()), options, web }
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let secret =
            self.options.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let client =
            CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(self.options.client_id.clone()), secret);
        // Without a word of the issuer it is the header (OpenID Connect Discovery §3).
        let ways = metadata.token_endpoint_auth_methods_supported();
        let only_in_body = ways.is_some_and(|ways| !ways.contains(&CoreClientAuthMethod::ClientSecretBasic));
        client.set_auth_type(if only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    async fn identity(&self, attempt: &Attempt, code: &str, now: DateTime<Utc>) -> Result<Identity, ProviderError> {
        let metadata = self.issuer.metadata(now).await?;
        let client = self.client(&metadata).set_redirect_uri(redirect(attempt)?);
        let mut request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ProviderError::unavailable(error.to_string()))?;
        if self.options.pkce {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()));
        }
        let tokens = request.request_async(&self.web).await.map_err(token_error)?;
        let id_token = tokens.id_token().ok_or_else(|| ProviderError::rejected("its answer has no id_token"))?;
        let nonce = self.options.nonce.then(|| Nonce::new(attempt.nonce.clone()));
        let claims = self.verified(id_token, nonce.as_ref(), now).await?;
        if claims.says_everything() {
            return Ok(claims.identity());
        }
        let more = claims::at_userinfo(&self.web, &metadata, tokens.access_token()).await?;
        claims.completed_by(more)
    }

    /// What an `id_token` says, once everything is checked. Keys that the issuer has changed meanwhile are read anew.
    async fn verified(
        &self,
        id_token: &CoreIdToken,
        nonce: Option<&Nonce>,
        now: DateTime<Utc>,
    ) -> Result<claims::Claims, ProviderError> {
        let metadata = self.issuer.metadata(now).await?;
        match claims::verified(&self.client(&metadata), id_token, nonce, now) {
            Err(claims::Bad::UnknownKey) => {
                let metadata = self.issuer.reread(now).await?;
                claims::verified(&self.client(&metadata), id_token, nonce, now).map_err(Into::into)
            }
            other => other.map_err(Into::into),
        }
    }
}

#[async_trait]
impl IdentityProvider for Oidc {
    fn name(&self) -> &str {
        &self.options.name
    }

    fn title(&self) -> &str {
        &self.options.title
    }

    fn authority(&self) -> &str {
        &self.options.issuer
    }

    async fn authorize_url(&self, attempt: &Attempt, now: DateTime<Utc>) -> Result<String, ProviderError> {
        let metadata = self.issuer.metadata(now).await?;
        let client = self.client(&metadata).set_redirect_uri(redirect(attempt)?);
        let (state, nonce) = (attempt.state.clone(), attempt.nonce.clone());
        let code = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client.authorize_url(code, || CsrfToken::new(state), || Nonce::new(nonce));
        for scope in &self.options.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if self.options.pkce {
            let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        let (url, _, _) = request.url();
        Ok(if self.options.nonce { url } else { without_nonce(url) }.into())
    }

    async fn exchange(
        &self,
        attempt: &Attempt,
        answer: &Answer,
        now: DateTime<Utc>,
    ) -> Result<Identity, ProviderError> {
        if answer.issuer.as_ref().is_some_and(|issuer| *issuer != self.options.issuer) {
            return Err(ProviderError::rejected("the answer says that it is another issuer's"));
        }
        self.identity(attempt, &answer.code, now).await
    }

    async fn vouched(&self, id_token: &str, now: DateTime<Utc>) -> Result<Option<Identity>, ProviderError> {
        let id_token: CoreIdToken = id_token.parse().map_err(|error| ProviderError::rejected(format!("{error}")))?;
        Ok(Some(self.verified(&id_token, None, now).await?.identity()))
    }
}

fn redirect(attempt: &Attempt) -> Result<RedirectUrl, ProviderError> {
    RedirectUrl::new(attempt.redirect_uri.clone()).map_err(|error| ProviderError::rejected(error.to_string()))
}

/// The client library always asks for a nonce; some issuers do not know what that is.
fn without_nonce(mut url: Url) -> Url {
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(key, _)| key != "nonce").map(|(key, value)| (key.into(), value.into())).collect();
    url.query_pairs_mut().clear().extend_pairs(kept);
    url
}

fn token_error<T: openidconnect::ErrorResponse + std::fmt::Display>(
    error: RequestTokenError<WebError, T>,
) -> ProviderError {
    match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(answer) => ProviderError::rejected(answer.to_string()),
        RequestTokenError::Parse(error, _) => ProviderError::rejected(format!("its answer is not understood: {error}")),
        RequestTokenError::Other(reason) => ProviderError::rejected(reason),
    }
}
