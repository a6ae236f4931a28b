//! The address of a server elsewhere, and whether a token may go there.

use std::{fmt, net::IpAddr};

use http::{Uri, uri::Scheme};

use crate::cli::error::CliError;

/// `https://thon.example.org` or `http://localhost:8100`: where a server listens, and how it is talked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    pub is_https: bool,
    /// A name or an address; IPv6 without its brackets.
    pub host: String,
    pub port: u16,
    /// As it stands in `Host`.
    pub authority: String,
}

impl ServerAddress {
    /// Reads an address as people type it.
    ///
    /// # Errors
    /// When it is none, or has more than scheme, host and port.
    pub fn read(text: &str) -> Result<Self, CliError> {
        let refused = |why: &str| {
            CliError::user(format!("{text:?} is no address of a server: {why}"))
                .with_hint("write it as https://thon.example.org or http://localhost:8100")
        };
        let uri: Uri = text.parse().map_err(|error| refused(&format!("{error}")))?;
        let is_https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(refused("it has to begin with https:// or http://")),
        };
        let authority = uri.authority().ok_or_else(|| refused("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(refused("a name or a password has no place in it; the token comes in THON_TOKEN"));
        }
        if uri.path_and_query().is_some_and(|path| path.as_str() != "/") {
            return Err(refused("nothing may come after the host and its port"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_lowercase();
        let port = authority.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        Ok(Self { is_https, host, port, authority: authority.as_str().to_lowercase() })
    }

    /// Refuses an address to which the token would go for everybody on the way to read.
    ///
    /// # Errors
    /// When it is plain HTTP to another machine.
    pub fn check_secrecy(&self) -> Result<(), CliError> {
        if self.is_https || self.is_loopback() {
            return Ok(());
        }
        let what = format!("the token is not sent to {self}: without TLS everybody on the way could read it");
        Err(CliError::user(what)
            .with_hint("use its https:// address, or forward its port with ssh -L and use http://localhost")
            .with_hint("--insecure-http sends it all the same, for a network on which you trust everybody"))
    }

    /// RFC 6761 §6.3: names under `localhost` never leave the machine.
    fn is_loopback(&self) -> bool {
        let named = self.host == "localhost" || self.host.ends_with(".localhost");
        named || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_https { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        for (text, host, port, shown) in [
            ("https://Thon.example.org", "thon.example.org", 443, "https://thon.example.org"),
            ("http://localhost:8100/", "localhost", 8100, "http://localhost:8100"),
            ("http://[::1]:8100", "::1", 8100, "http://[::1]:8100"),
            ("https://203.0.113.7", "203.0.113.7", 443, "https://203.0.113.7"),
        ] {
            let address = ServerAddress::read(text).expect("an address");
            assert_eq!((address.host.as_str(), address.port, address.to_string().as_str()), (host, port, shown));
        }
        for text in [
            "",
            "localhost:8100",
            "thon.example.org",
            "ftp://thon.example.org",
            "https://",
            "https://me:secret@thon.example.org",
            "https://thon.example.org/api",
            "https://thon.example.org?x=1",
            "https://a b",
        ] {
            assert!(ServerAddress::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_leaves_the_machine_encrypted() {
        let secret = |text: &str| ServerAddress::read(text).expect("an address").check_secrecy().is_ok();
        for kept in
            ["https://thon.example.org", "http://localhost", "http://127.0.0.2:1", "http://[::1]", "http://a.localhost"]
        {
            assert!(secret(kept), "{kept}");
        }
        for open in
            ["http://thon.example.org", "http://10.0.0.1:8100", "http://0.0.0.0", "http://localhost.example.org"]
        {
            assert!(!secret(open), "{open}");
        }
    }
}
