//! Any issuer of `OpenID` Connect, as entries of a list.

use secrecy::SecretString;
use thon_core::yaml::Node;

use crate::config::{Mistake, forms::is_place, reader::Reader};

/// An issuer, and how THON is known there.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// Its word in addresses.
    pub name: String,
    /// As people know it.
    pub title: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<SecretString>,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    pub pkce: bool,
    pub nonce: bool,
}

/// What the places with a section of their own are called.
const TAKEN: [&str; 3] = ["github", "gitlab", "linkedin"];

pub(super) fn read(reader: &mut Reader<'_>) -> Vec<Issuer> {
    let list = reader.key("auth.oidc", "Any other issuer of OpenID Connect, found by discovery");
    let issuers = list.entries("[]", Issuer::read);
    let mut names: Vec<&str> = TAKEN.to_vec();
    for issuer in &issuers {
        if names.contains(&issuer.name.as_str()) {
            let message = format!("auth.oidc has a second place named {}", issuer.name);
            let mistake = Mistake::new(reader.origin("auth.oidc"), message);
            reader.mistake(mistake.with_hint("give each a name of its own"));
        }
        names.push(&issuer.name);
    }
    issuers
}

impl Issuer {
    fn read(reader: &mut Reader<'_>, entry: &Node) -> Self {
        let name = reader.key("name", "Its word in addresses, for example uni").required_text(entry);
        if !name.is_empty() && !is_word(&name) {
            reader.missing(entry, format!("{name:?} is no name: 1 to 32 small letters, digits and -"));
        }
        let title = reader.key("title", "As people know it, for example Example University; usually the name").text();
        let issuer = reader.key("issuer", "Its URL, exactly as it writes it itself").required_text(entry);
        if !issuer.is_empty() && !is_issuer(&issuer) {
            reader.missing(entry, format!("{issuer:?} is no issuer: a URL such as https://id.example.org"));
        }
        Self {
            title: title.unwrap_or_else(|| name.clone()),
            name,
            issuer,
            client_id: reader.key("client_id", "The id under which THON is known there").required_text(entry),
            client_secret: reader
                .key("client_secret", "The secret that belongs to the id")
                .secret("client_secret_file"),
            scopes: scopes(reader),
            pkce: reader.key("pkce", "Whether PKCE is used").truth(true),
            nonce: reader.key("nonce", "Whether a nonce is asked for and checked").truth(true),
        }
    }
}

fn scopes(reader: &mut Reader<'_>) -> Vec<String> {
    let scopes: Vec<String> = reader
        .key("scopes", "What is asked for beside openid; without any, profile and email")
        .words("a list of words");
    if scopes.is_empty() { vec!["profile".to_owned(), "email".to_owned()] } else { scopes }
}

fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Issuers may end in a slash, and then do so everywhere (`OpenID` Connect Discovery §4.3 compares them exactly).
fn is_issuer(text: &str) -> bool {
    is_place(text.strip_suffix('/').unwrap_or(text))
}
