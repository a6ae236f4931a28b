//! Places where people may have an account already.

use secrecy::SecretString;

use crate::config::{forms::is_place, reader::Reader};

/// How THON is known at such a place.
#[derive(Clone, Debug)]
pub struct OAuthClient {
    pub id: Option<String>,
    pub secret: Option<SecretString>,
    /// Whether PKCE is used (RFC 7636).
    pub pkce: bool,
}

impl OAuthClient {
    /// Whether it can be used.
    pub const fn is_whole(&self) -> bool {
        self.id.is_some() && self.secret.is_some()
    }
}

/// github.com, or a GitHub Enterprise Server.
#[derive(Clone, Debug)]
pub struct GitHub {
    pub client: OAuthClient,
    pub base_url: String,
}

/// gitlab.com, or a GitLab of one's own.
#[derive(Clone, Debug)]
pub struct GitLab {
    pub client: OAuthClient,
    pub base_url: String,
    /// Whether a nonce is asked for and checked.
    pub nonce: bool,
}

/// linkedin.com.
#[derive(Clone, Debug)]
pub struct LinkedIn {
    pub client: OAuthClient,
    /// Whether a nonce is asked for and checked.
    pub nonce: bool,
}

const CLIENT_ID: &str = "The id under which THON is known there";
const CLIENT_SECRET: &str = "The secret that belongs to the id";
const PKCE: &str = "Whether PKCE is used";
const NONCE: &str = "Whether a nonce is asked for and checked";

impl GitHub {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let client = OAuthClient {
            id: reader.key("auth.github.client_id", CLIENT_ID).env("AUTH_GITHUB_CLIENT_ID").text(),
            secret: reader
                .key("auth.github.client_secret", CLIENT_SECRET)
                .env("AUTH_GITHUB_CLIENT_SECRET")
                .secret("auth.github.client_secret_file"),
            pkce: reader.key("auth.github.pkce", PKCE).truth(true),
        };
        let base_url = reader.key("auth.github.base_url", "Where that GitHub is").text_of(
            "a URL such as https://github.com",
            "https://github.com",
            is_place,
        );
        Self { client, base_url }
    }
}

impl GitLab {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let client = OAuthClient {
            id: reader.key("auth.gitlab.client_id", CLIENT_ID).env("AUTH_GITLAB_CLIENT_ID").text(),
            secret: reader
                .key("auth.gitlab.client_secret", CLIENT_SECRET)
                .env("AUTH_GITLAB_CLIENT_SECRET")
                .secret("auth.gitlab.client_secret_file"),
            pkce: reader.key("auth.gitlab.pkce", PKCE).truth(true),
        };
        let base_url = reader.key("auth.gitlab.base_url", "Where that GitLab is").text_of(
            "a URL such as https://gitlab.com",
            "https://gitlab.com",
            is_place,
        );
        Self { client, base_url, nonce: reader.key("auth.gitlab.nonce", NONCE).truth(true) }
    }
}

impl LinkedIn {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let client = OAuthClient {
            id: reader.key("auth.linkedin.client_id", CLIENT_ID).env("AUTH_LINKEDIN_CLIENT_ID").text(),
            secret: reader
                .key("auth.linkedin.client_secret", CLIENT_SECRET)
                .env("AUTH_LINKEDIN_CLIENT_SECRET")
                .secret("auth.linkedin.client_secret_file"),
            // LinkedIn's standard applications refuse PKCE and give no nonce back.
            pkce: reader.key("auth.linkedin.pkce", PKCE).truth(false),
        };
        Self { client, nonce: reader.key("auth.linkedin.nonce", NONCE).truth(false) }
    }
}
