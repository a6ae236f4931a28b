//! Where people may have an account already, as the configuration says.

use std::sync::Arc;

use thon_adapters::identity::{
    Web,
    github::{GitHub, GitHubOptions},
    oidc::{Oidc, OidcOptions},
};
use thon_core::{
    accounts::Accounts,
    port::identity::IdentityProvider,
    sign_in::{GuestList, SignIn},
};
use thon_domain::address::Addresses;

use super::Ground;
use crate::{
    config::{Auth as Configured, OAuthClient},
    http::{api::auth::Auth, sign_in::Crowd},
};

/// `LinkedIn` as an issuer of `OpenID` Connect (<https://www.linkedin.com/oauth/.well-known/openid-configuration>).
const LINKEDIN: &str = "https://www.linkedin.com/oauth";

/// What answers below `/api/auth`.
pub(super) fn auth(ground: &Ground<'_>, addresses: &Addresses, accounts: &Accounts) -> std::io::Result<Auth> {
    let config = &ground.config.auth;
    let providers = providers(config)?;
    let listed = providers.iter().map(|provider| provider.name().to_owned()).collect();
    let used = if config.enabled { providers } else { Vec::new() };
    let (store, nature) = (ground.store.clone(), ground.nature.clone());
    Ok(Auth {
        sign_in: SignIn::new(store, nature.clone(), used, guests(config), &addresses.dashboard()),
        accounts: accounts.clone(),
        addresses: addresses.clone(),
        enabled: config.enabled,
        listed,
        crowd: Crowd::new(nature),
    })
}

fn guests(config: &Configured) -> GuestList {
    GuestList {
        emails: config.allowed_emails.iter().map(ToString::to_string).collect(),
        domains: config.allowed_domains.iter().map(ToString::to_string).collect(),
        logins: config.allowed_logins.clone(),
        admins: config.admins.clone(),
    }
}

/// In the order in which they are offered.
fn providers(config: &Configured) -> std::io::Result<Vec<Arc<dyn IdentityProvider>>> {
    let mut providers: Vec<Arc<dyn IdentityProvider>> = Vec::new();
    if !config.has_provider() {
        return Ok(providers);
    }
    let web = Web::new()?;
    if let OAuthClient { id: Some(client_id), secret: Some(client_secret), pkce } = config.github.client.clone() {
        let base_url = config.github.base_url.clone();
        providers.push(Arc::new(GitHub::new(GitHubOptions { base_url, client_id, client_secret, pkce }, web.clone())));
    }
    let gitlab = known("gitlab", "GitLab", &config.gitlab.base_url, &config.gitlab.client, config.gitlab.nonce);
    let linkedin = known("linkedin", "LinkedIn", LINKEDIN, &config.linkedin.client, config.linkedin.nonce);
    let others = config.oidc.iter().map(|issuer| OidcOptions {
        name: issuer.name.clone(),
        title: issuer.title.clone(),
        issuer: issuer.issuer.clone(),
        client_id: issuer.client_id.clone(),
        client_secret: issuer.client_secret.clone(),
        scopes: issuer.scopes.clone(),
        pkce: issuer.pkce,
        nonce: issuer.nonce,
    });
    for options in gitlab.into_iter().chain(linkedin).chain(others) {
        providers.push(Arc::new(Oidc::new(options, web.clone())));
    }
    Ok(providers)
}

/// An issuer that has a section of its own.
fn known(name: &str, title: &str, issuer: &str, client: &OAuthClient, nonce: bool) -> Option<OidcOptions> {
    let (client_id, client_secret) = (client.id.clone()?, client.secret.clone()?);
    Some(OidcOptions {
        name: name.to_owned(),
        title: title.to_owned(),
        issuer: issuer.to_owned(),
        client_id,
        client_secret: Some(client_secret),
        scopes: ["profile", "email"].map(ToOwned::to_owned).to_vec(),
        pkce: client.pkce,
        nonce,
    })
}
