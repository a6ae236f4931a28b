//! Secrets that THON hands out: random, shown once, kept only as a hash.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use thon_domain::route::EditorSecret;

/// A secret of 256 random bits in URL-safe letters, with a prefix that tells what it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes a new one.
    pub fn random(prefix: &str) -> Self {
        Self(format!("{prefix}{}", random_text::<32>()))
    }

    /// A secret that follows from another.
    pub(crate) const fn of(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one who gets it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> String {
        hash_of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is stored of a secret: SHA-256 in hexadecimal. 256 random bits need no salt and no slow hash.
pub fn hash_of(secret: &str) -> String {
    use fmt::Write as _;
    Sha256::digest(secret).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // writing to a String cannot fail
        hex
    })
}

/// A new secret for one start of an editor.
///
/// It has the form of an argon2id hash (PHC string format), which makes code-server take it as `HASHED_PASSWORD`, but it is the
/// hash of nothing: whoever has the text is let in, and no password exists that would give it.
pub fn editor_secret() -> EditorSecret {
    let (salt, digest) = (random_standard::<16>(), random_standard::<32>());
    EditorSecret::new(format!("$argon2id$v=19$m=65536,t=3,p=4${salt}${digest}"))
}

fn random_text<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(random::<N>())
}

/// Base64 as the PHC string format writes it: standard alphabet, no padding.
fn random_standard<const N: usize>() -> String {
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(random::<N>())
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_do_not_print() {
        let (one, two) = (Secret::random("thon_"), Secret::random("thon_"));
        assert_ne!(one, two);
        assert!(one.reveal().starts_with("thon_") && one.reveal().len() > 40);
        assert_eq!(format!("{one:?}"), "Secret(…)");
        assert_eq!(format!("{:?}", editor_secret()), "EditorSecret(…)");
    }

    #[test]
    fn a_hash_is_sha256() {
        assert_eq!(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
