//! How people sign in.

mod issuers;
mod providers;

use secrecy::SecretString;

pub use self::{
    issuers::Issuer,
    providers::{GitHub, GitLab, LinkedIn, OAuthClient},
};
use super::{
    forms::{DomainName, Email},
    reader::Reader,
};

/// The ways to sign in, beside links.
#[derive(Clone, Debug)]
pub struct Auth {
    /// Whether people may sign in with an account elsewhere.
    pub enabled: bool,
    /// The admin's password.
    pub local_password: Option<SecretString>,
    /// The same, as its argon2id hash.
    pub local_password_hash: Option<SecretString>,
    /// Who may sign in with an account elsewhere; with all of these empty, whom an organizer has entered.
    pub allowed_emails: Vec<Email>,
    pub allowed_domains: Vec<DomainName>,
    pub allowed_logins: Vec<String>,
    /// E-mail addresses and logins that are the admin's.
    pub admins: Vec<String>,
    pub github: GitHub,
    pub gitlab: GitLab,
    pub linkedin: LinkedIn,
    /// Any other issuer of `OpenID` Connect.
    pub oidc: Vec<Issuer>,
    /// Whether other machines may connect although nobody can sign in with a password.
    pub insecure_no_auth: bool,
}

const NO_SESSION_SECRET: &str = "sessions are kept in the database and need no secret";

impl Auth {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let enabled = reader
            .key("auth.enabled", "Whether people may sign in with an account elsewhere")
            .env("AUTH_ENABLED")
            .truth(false);
        let local_password = reader
            .key("auth.local_password", "The admin's password")
            .env("AUTH_LOCAL_PASSWORD")
            .secret("auth.local_password_file");
        let local_password_hash = reader
            .key("auth.local_password_hash", "The argon2id hash of the admin's password, instead of the password")
            .secret("auth.local_password_hash_file");
        let session_secret = reader.key("auth.session_secret", "What signed the cookies of the earlier THON");
        session_secret.env("AUTH_SESSION_SECRET").never(NO_SESSION_SECRET).secret("auth.session_secret_file");
        let words = "a list of e-mail addresses or logins";
        Self {
            enabled,
            local_password,
            local_password_hash,
            allowed_emails: reader
                .key("auth.allowed_emails", "Who may sign in with an account elsewhere, by e-mail address")
                .words("a list of e-mail addresses"),
            allowed_domains: reader
                .key("auth.allowed_domains", "Who may sign in with an account elsewhere, by the domain of their e-mail")
                .words("a list of domain names"),
            allowed_logins: reader
                .key("auth.allowed_logins", "Who may sign in with an account elsewhere, by their name there: alice, or github:alice where there are several \
                     places; a user of this name is then theirs")
                .words("a list of logins"),
            admins: reader.key("auth.admins", "Who of them is an admin, by e-mail address or by name there").words(words),
            github: GitHub::read(reader),
            gitlab: GitLab::read(reader),
            linkedin: LinkedIn::read(reader),
            oidc: issuers::read(reader),
            insecure_no_auth: reader.sources.insecure_no_auth,
        }
    }

    /// Whether there is a way to sign in that needs no access to the machine.
    pub fn can_sign_in(&self) -> bool {
        self.has_password() || (self.enabled && self.has_provider())
    }

    /// Whether the admin has a password.
    pub const fn has_password(&self) -> bool {
        self.local_password.is_some() || self.local_password_hash.is_some()
    }

    /// Whether there is a place where people may have an account.
    pub fn has_provider(&self) -> bool {
        !self.oidc.is_empty() || self.clients().iter().any(|(_, client)| client.is_whole())
    }

    /// What the places are called where people may have an account.
    pub(super) fn provider_names(&self) -> Vec<&str> {
        let known = self.clients().into_iter().filter(|(_, client)| client.is_whole()).map(|(name, _)| name);
        known.chain(self.oidc.iter().map(|issuer| issuer.name.as_str())).collect()
    }

    /// The clients at other places where people may have an account, each with its section.
    pub(super) fn clients(&self) -> [(&'static str, &OAuthClient); 3] {
        [("github", &self.github.client), ("gitlab", &self.gitlab.client), ("linkedin", &self.linkedin.client)]
    }
}
