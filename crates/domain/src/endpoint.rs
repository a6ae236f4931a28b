//! The endpoint: where a runtime says that a sandbox is reached, `host:port` with or without a way through a proxy.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest host name, in bytes (RFC 1035 §2.3.4).
const MAX_HOST_BYTES: usize = 253;

/// Where a sandbox is reached.
///
/// Runtimes with a network of their own put a proxy in front of it and tell the port behind it, as in
/// `127.0.0.1:47887/proxy/8443` (the bridge mode of `OpenSandbox`); all others tell the port itself, as in `127.0.0.1:8443`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint {
    host: String,
    port: u16,
    proxied: Option<u16>,
}

/// How a sandbox is attached to the network of its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum NetworkMode {
    /// Its port is a port of the host.
    Host,
    /// It is behind a proxy of the runtime.
    Bridge,
}

/// Why a text is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("an endpoint is written as host:port, or [address]:port for IPv6")]
    NoPort,
    #[error("{0:?} is no host name and no address")]
    Host(String),
    #[error("{0:?} is no port from 1 to 65535")]
    Port(String),
    #[error("after the port only /proxy/ and a port may follow, found {0:?}")]
    Path(String),
}

impl Endpoint {
    /// A port of this machine.
    pub fn local(port: u16) -> Self {
        Self { host: "127.0.0.1".to_owned(), port, proxied: None }
    }

    /// Reads an endpoint as runtimes write it: `host:port`, `[v6]:port`, either with `/proxy/PORT` behind it.
    ///
    /// # Errors
    /// When it is none, saying which part is wrong.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let (authority, path) = text.find('/').map_or((text, ""), |slash| text.split_at(slash));
        let (host, port) = authority.rsplit_once(':').ok_or(EndpointError::NoPort)?;
        Ok(Self { host: parsed_host(host)?, port: parsed_port(port)?, proxied: parsed_path(path)? })
    }

    /// Without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The port behind the runtime's proxy, where there is one.
    pub const fn proxied_port(&self) -> Option<u16> {
        self.proxied
    }

    pub const fn network_mode(&self) -> NetworkMode {
        match self.proxied {
            Some(_) => NetworkMode::Bridge,
            None => NetworkMode::Host,
        }
    }
}

fn parsed_host(text: &str) -> Result<String, EndpointError> {
    let wrong = || EndpointError::Host(text.to_owned());
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.strip_suffix(']').ok_or_else(wrong)?;
        return inner.parse::<Ipv6Addr>().map(|address| address.to_string()).map_err(|_| wrong());
    }
    let is_label = |label: &str| {
        let good = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        !label.is_empty() && label.bytes().all(good) && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.len() > MAX_HOST_BYTES || !text.split('.').all(is_label) {
        return Err(wrong());
    }
    Ok(text.to_ascii_lowercase())
}

/// Digits only: Rust's own parser would take a sign.
fn parsed_port(text: &str) -> Result<u16, EndpointError> {
    let port = if text.bytes().all(|c| c.is_ascii_digit()) { text.parse().ok() } else { None };
    port.filter(|port| *port != 0).ok_or_else(|| EndpointError::Port(text.to_owned()))
}

fn parsed_path(path: &str) -> Result<Option<u16>, EndpointError> {
    if matches!(path, "" | "/") {
        return Ok(None);
    }
    let port = path.strip_prefix("/proxy/").ok_or_else(|| EndpointError::Path(path.to_owned()))?;
    parsed_port(port.strip_suffix('/').unwrap_or(port)).map(Some)
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)?;
        } else {
            write!(f, "{}:{}", self.host, self.port)?;
        }
        self.proxied.map_or(Ok(()), |port| write!(f, "/proxy/{port}"))
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: String) -> Result<Self, EndpointError> {
        Self::parse(&text)
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_runtimes_write_is_understood() {
        let texts = [
            "127.0.0.1:8443",
            "127.0.0.1:8443/",
            "127.0.0.1:47887/proxy/8443",
            "127.0.0.1:47887/proxy/8443/",
            "localhost:1",
            "Sandbox-1.Example.ORG:65535",
            "[::1]:8443",
            "[FE80:0:0::1]:47887/proxy/8443",
            "",
            "127.0.0.1",
            ":8443",
            "127.0.0.1:",
            "127.0.0.1:0",
            "127.0.0.1:65536",
            "127.0.0.1:+443",
            "::1:8443",
            "[::1:8443",
            "[localhost]:8443",
            "a..b:1",
            "-a:1",
            "a b:1",
            "user@host:1",
            "http://127.0.0.1:8443",
            "127.0.0.1:47887/proxy/",
            "127.0.0.1:47887/proxy/x",
            "127.0.0.1:47887/proxy/8443/../..",
            "127.0.0.1:47887/other/8443",
            "127.0.0.1:47887//proxy/8443",
        ];
        let told = texts.map(|text| match Endpoint::parse(text) {
            Ok(endpoint) => format!("{text} -> {endpoint} ({})", endpoint.network_mode()),
            Err(error) => format!("{text} -> {error}"),
        });
        insta::assert_snapshot!(told.join("\n"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            host in "[a-z0-9]{1,8}(\\.[a-z0-9]{1,8}){0,3}|\\[::[1-9a-f][0-9a-f]{0,3}\\]",
            port in 1..=u16::MAX,
            proxied in proptest::option::of(1..=u16::MAX),
        ) {
            let path = proxied.map(|port| format!("/proxy/{port}")).unwrap_or_default();
            let text = format!("{host}:{port}{path}");
            let endpoint = Endpoint::parse(&text).expect("an endpoint");
            prop_assert_eq!(endpoint.to_string(), text);
            prop_assert_eq!((endpoint.port(), endpoint.proxied_port()), (port, proxied));
            prop_assert_eq!(endpoint.network_mode() == NetworkMode::Bridge, proxied.is_some());
        }

        #[test]
        fn no_text_breaks_it_and_what_is_taken_says_the_same_again(text in "\\PC{0,40}|[0-9a-z.:/\\[\\]proxy]{0,30}") {
            if let Ok(endpoint) = Endpoint::parse(&text) {
                prop_assert_eq!(Endpoint::parse(&endpoint.to_string()), Ok(endpoint));
            }
        }
    }
}
