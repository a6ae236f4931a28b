//! The slug: the one form of `group` and `user` that enters host names, volume names and labels.
//!
//! It is given once and for ever. Browsers keep service workers and cookies per host name, so a slug that has been used is
//! never given to anybody else, and a rename does not change it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

// Only the server gives slugs, and the tables that it takes would be a sixth of what browsers load.
#[cfg(not(target_arch = "wasm32"))]
mod derive;

/// The longest slug, in bytes: a DNS label has 63 (RFC 1035 §2.3.4), and a port name puts up to seven in front.
pub const MAX_BYTES: usize = 48;

/// Labels that name something else on the same domain.
const RESERVED: &[&str] = &["api", "www", "thon", "admin", "localhost", "mail", "ns1", "ns2"];

/// Says why a text is not a slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a slug: at most {MAX_BYTES} of a-z, 0-9 and single hyphens inside")]
pub struct SlugError;

/// A DNS label of `[a-z0-9-]`: at most 48 bytes, no hyphen at an end, no `--`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, max_length = 48))]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// Takes a text that already is a slug.
    ///
    /// # Errors
    /// When it is not.
    pub fn new(text: &str) -> Result<Self, SlugError> {
        let label = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let fits = !text.is_empty() && text.len() <= MAX_BYTES && text.bytes().all(label);
        let hyphens = text.starts_with('-') || text.ends_with('-') || text.contains("--");
        if fits && !hyphens && !RESERVED.contains(&text) { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_label_is_refused() {
        assert_eq!(Slug::new("api"), Err(SlugError));
    }
}
