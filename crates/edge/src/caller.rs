//! The caller: who asks, over what, and by which name, as far as those in front are to be believed.
//!
//! Only what stands in a list of networks is believed, and of a chain of addresses only the part that such proxies wrote:
//! from the right, up to the first address that is not one of theirs.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use thon_domain::network::Network;

use crate::headers::{FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PROTO};

/// How a caller came to the outermost server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// What is known of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub address: SocketAddr,
    pub scheme: Scheme,
    /// The host that the caller named, where a proxy in front names another.
    pub host: Option<HeaderValue>,
}

impl Caller {
    /// The other end of the connection, and what a trusted one there says of whoever is behind it.
    ///
    /// Where both forms of headers stand, the older counts: proxies that write it pass the newer on unseen.
    pub(crate) fn new(peer: SocketAddr, scheme: Scheme, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let mut caller = Self { address: peer, scheme, host: None };
        if !is_trusted(peer.ip(), trusted) {
            return caller;
        }
        let older = [&FORWARDED_FOR, &FORWARDED_PROTO, &FORWARDED_HOST];
        let claims =
            if older.iter().any(|name| headers.contains_key(*name)) { by_x(headers) } else { by_forwarded(headers) };
        if let Some(address) = outermost(peer.ip(), &claims.chain, trusted) {
            caller.address = SocketAddr::new(address, 0);
        }
        caller.claim(claims.scheme, claims.host);
        caller
    }

    /// Whom the server in front names, and whoever is behind that one if it is a trusted proxy.
    pub(crate) fn behind_front(peer: SocketAddr, scheme: Scheme, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let mut claims = by_x(headers);
        let mut caller = Self { address: peer, scheme, host: None };
        if let Some(named) = claims.chain.pop().flatten() {
            let address = outermost(named, &claims.chain, trusted).unwrap_or(named);
            caller.address = SocketAddr::new(address, 0);
        }
        caller.claim(claims.scheme, claims.host);
        caller
    }

    fn claim(&mut self, scheme: Option<Scheme>, host: Option<String>) {
        self.scheme = scheme.unwrap_or(self.scheme);
        self.host = host.and_then(|host| HeaderValue::try_from(host).ok());
    }
}

pub(crate) fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// What the headers of one form say; addresses from the outermost to the nearest.
#[derive(Debug, Default)]
struct Claims {
    chain: Vec<Option<IpAddr>>,
    scheme: Option<Scheme>,
    host: Option<String>,
}

/// The right-most address that is none of the trusted ones; `None` when the peer is all that is known.
fn outermost(peer: IpAddr, chain: &[Option<IpAddr>], trusted: &[Network]) -> Option<IpAddr> {
    let mut found = peer;
    for claimed in chain.iter().rev() {
        let Some(claimed) = claimed.filter(|_| is_trusted(found, trusted)) else { break };
        found = claimed;
    }
    (found != peer).then_some(found)
}

fn by_x(headers: &HeaderMap) -> Claims {
    Claims {
        chain: listed(headers, &FORWARDED_FOR).into_iter().map(address).collect(),
        scheme: listed(headers, &FORWARDED_PROTO).pop().and_then(scheme),
        host: listed(headers, &FORWARDED_HOST).pop().map(str::to_owned),
    }
}

/// RFC 7239 §4.
fn by_forwarded(headers: &HeaderMap) -> Claims {
    let mut claims = Claims::default();
    let lines = headers.get_all(header::FORWARDED).iter().filter_map(|line| line.to_str().ok());
    for element in lines.flat_map(|line| outside_quotes(line, ',')) {
        let (mut by, mut proto, mut host) = (None, None, None);
        for pair in outside_quotes(element, ';') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "for" => by = address(value),
                "proto" => proto = scheme(value),
                "host" => host = Some(value.to_owned()),
                _ => {}
            }
        }
        claims.chain.push(by);
        (claims.scheme, claims.host) = (proto, host);
    }
    claims
}

/// The entries of a comma-separated header, over all its lines.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).collect()
}

/// An address with or without a port; names and what is meant to hide somebody are none.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let parsed = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    parsed.map(|address| address.to_canonical())
}

fn scheme(text: &str) -> Option<Scheme> {
    match text.to_ascii_lowercase().as_str() {
        "http" => Some(Scheme::Http),
        "https" => Some(Scheme::Https),
        _ => None,
    }
}

fn outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        !quoted && c == separator
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn caller(peer: &str, lines: &[(&'static str, &str)]) -> (String, &'static str, String) {
        let trusted: Vec<Network> =
            ["127.0.0.0/8", "10.0.0.0/8"].map(|network| network.parse().expect("a network")).into();
        let headers = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::try_from(*value).expect("a value")))
            .collect();
        let peer = SocketAddr::new(peer.parse().expect("an address"), 4000);
        let Caller { address, scheme, host } = Caller::new(peer, Scheme::Http, &headers, &trusted);
        let host = host.map(|host| host.to_str().expect("text").to_owned());
        (address.ip().to_string(), scheme.as_str(), host.unwrap_or_default())
    }

    #[test]
    fn the_server_in_front_is_believed_about_whom_it_sees() {
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let peer: SocketAddr = "127.0.0.1:4000".parse().expect("an address");
        for (chain, address) in [
            ("198.51.100.7", "198.51.100.7"),
            ("1.1.1.1, 127.0.0.1", "127.0.0.1"),
            ("1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("evil", "127.0.0.1"),
        ] {
            let headers = [(FORWARDED_FOR, HeaderValue::try_from(chain).expect("a value"))].into_iter().collect();
            let caller = Caller::behind_front(peer, Scheme::Http, &headers, &trusted);
            assert_eq!(caller.address.ip().to_string(), address, "{chain}");
        }
    }

    #[rstest]
    #[case::nobody_speaks("127.0.0.1", &[], "127.0.0.1")]
    #[case::a_stranger_is_not_believed("192.0.2.9", &[("x-forwarded-for", "198.51.100.7")], "192.0.2.9")]
    #[case::one_proxy("127.0.0.1", &[("x-forwarded-for", "198.51.100.7")], "198.51.100.7")]
    #[case::with_a_port("127.0.0.1", &[("x-forwarded-for", "198.51.100.7:4711")], "198.51.100.7")]
    #[case::what_the_caller_wrote_before("127.0.0.1", &[("x-forwarded-for", "1.1.1.1, 198.51.100.7")], "198.51.100.7")]
    #[case::two_proxies("127.0.0.1", &[("x-forwarded-for", "1.1.1.1, 198.51.100.7, 10.0.0.2")], "198.51.100.7")]
    #[case::two_lines("127.0.0.1", &[("x-forwarded-for", "198.51.100.7"), ("x-forwarded-for", "10.0.0.2")], "198.51.100.7")]
    #[case::only_proxies("127.0.0.1", &[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3")]
    #[case::no_address("127.0.0.1", &[("x-forwarded-for", "1.1.1.1, unknown")], "127.0.0.1")]
    #[case::no_address_behind_a_proxy("127.0.0.1", &[("x-forwarded-for", "1.1.1.1, evil, 10.0.0.2")], "10.0.0.2")]
    #[case::forwarded("127.0.0.1", &[("forwarded", "for=1.1.1.1;proto=http, for=198.51.100.7")], "198.51.100.7")]
    #[case::forwarded_six("127.0.0.1", &[("forwarded", "For=\"[2001:db8::7]:4711\";by=_a")], "2001:db8::7")]
    #[case::a_comma_in_quotes("127.0.0.1", &[("forwarded", "host=\"a, for=1.1.1.1\";for=198.51.100.7")], "198.51.100.7")]
    #[case::hidden("127.0.0.1", &[("forwarded", "for=1.1.1.1, for=_hidden")], "127.0.0.1")]
    #[case::both("127.0.0.1", &[("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "198.51.100.7")], "198.51.100.7")]
    #[case::mapped("::ffff:127.0.0.1", &[("x-forwarded-for", "::ffff:198.51.100.7")], "198.51.100.7")]
    fn the_right_most_address_that_is_not_trusted_asks(
        #[case] peer: &str,
        #[case] lines: &[(&'static str, &str)],
        #[case] asks: &str,
    ) {
        assert_eq!(caller(peer, lines).0, asks);
    }

    #[test]
    fn scheme_and_host_are_the_nearest_proxys_word() {
        let (_, scheme, host) = caller(
            "127.0.0.1",
            &[("x-forwarded-proto", "http, https"), ("x-forwarded-host", "evil.example, a.thon.example.org")],
        );
        assert_eq!((scheme, host.as_str()), ("https", "a.thon.example.org"));
        let (_, scheme, host) =
            caller("127.0.0.1", &[("forwarded", "for=1.1.1.1;proto=http;host=a, for=2.2.2.2;proto=https;host=b")]);
        assert_eq!((scheme, host.as_str()), ("https", "b"));
        let told = &[("x-forwarded-proto", "https"), ("x-forwarded-host", "b")];
        let (_, scheme, host) = caller("192.0.2.9", told);
        assert_eq!((scheme, host.as_str()), ("http", ""));
        assert_eq!(caller("127.0.0.1", &[("x-forwarded-proto", "gopher")]).1, "http");
    }
}
