//! What may stand in nginx's configuration: values that are checked once, so that none of them can become a directive.
//!
//! nginx ends a word at a space, `;`, `{` or `}` outside quotes, and reads `$` as the beginning of a variable, quoted or not.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::Path,
};

use minijinja::Value;
use thon_domain::network::in_url;

/// The longest path; nginx refuses a word that is longer than its buffer of 4096 bytes.
const LONGEST_PATH: usize = 1024;

/// Why a value cannot be told to nginx.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    #[error("`{0}` is no host name that nginx could answer to")]
    Name(String),
    #[error("nginx has nothing to answer to: set `nginx.domain` or `external_ip`")]
    NoName,
    #[error(
        "nginx cannot be told the path {0:?}: it must be absolute, without `$`, `*`, `?`, `[` and control characters"
    )]
    Path(String),
}

/// A host name, a name for all below it (`*.example.org`), or an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerName(String);

impl ServerName {
    /// Takes a domain name (RFC 1123), in any case.
    ///
    /// # Errors
    /// When it is none.
    pub fn domain(text: &str) -> Result<Self, WordError> {
        let label = |label: &str| {
            let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            (1..=63).contains(&label.len()) && letters && !label.starts_with('-') && !label.ends_with('-')
        };
        let is_name = text.len() <= 253 && text.split('.').all(label);
        if is_name { Ok(Self(text.to_ascii_lowercase())) } else { Err(WordError::Name(text.to_owned())) }
    }

    /// All names below a domain.
    pub fn below(domain: &Self) -> Self {
        Self(format!("*.{}", domain.0))
    }

    pub fn address(address: IpAddr) -> Self {
        Self(in_url(address))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An absolute path as nginx reads it, in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quoted(String);

impl Quoted {
    /// # Errors
    /// When the path has what nginx would read in quotes, too. There is no way to write `$` as itself.
    pub fn new(path: &Path) -> Result<Self, WordError> {
        let refused = || WordError::Path(path.to_string_lossy().into_owned());
        let text = path.to_str().ok_or_else(refused)?;
        let special = |c: char| c.is_control() || matches!(c, '$' | '*' | '?' | '[');
        if !path.is_absolute() || text.len() > LONGEST_PATH || text.contains(special) {
            return Err(refused());
        }
        Ok(Self(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))))
    }

    /// For a template, which writes it as it is.
    pub fn value(&self) -> Value {
        Value::from_safe_string(self.0.clone())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text is one plain word: what a template writes without quotes.
pub(super) fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:*-[]/".contains(&byte);
    !text.is_empty() && text.bytes().all(plain)
}

/// Where nginx listens, as it wants it written.
pub(super) fn listen(host: Option<IpAddr>, port: u16) -> Vec<String> {
    match host {
        Some(host) => vec![SocketAddr::new(host, port).to_string()],
        None => vec![port.to_string(), format!("[::]:{port}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_or_refused() {
        let quoted = |path: &str| Quoted::new(Path::new(path)).map(|quoted| quoted.to_string());
        assert_eq!(quoted("/etc/a b;c{d}#e'f"), Ok("\"/etc/a b;c{d}#e'f\"".to_owned()));
        assert_eq!(quoted("/a\"b\\c"), Ok("\"/a\\\"b\\\\c\"".to_owned()));
        for path in ["", "a", "/a$b", "/a\nb", "/a\0b", "/*", "/a?", "/[a]", &format!("/{}", "a".repeat(1024))] {
            assert!(quoted(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn a_name_is_a_name() {
        assert_eq!(ServerName::domain("Thon.example.org").expect("a name").as_str(), "thon.example.org");
        for name in ["", "a b", "a;b", "*.a", "a..b", "-a", "a{", "a\n", "ä.org", "$a", "a:1", "\"a\""] {
            assert!(ServerName::domain(name).is_err(), "{name:?}");
        }
    }
}
