//! The forms that some texts must have: domain names, e-mail addresses, URLs, networks.

use std::{fmt, net::IpAddr, str::FromStr};

/// Says that a text has not the form that it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormError;

/// A domain name in lower case (RFC 1123), for example `thon.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainName(String);

impl DomainName {
    /// What may be written, for people.
    pub(super) const TAKES: &str = "a domain name such as thon.example.org";

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DomainName {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Self, FormError> {
        let label = |label: &str| {
            let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            (1..=63).contains(&label.len()) && letters && !label.starts_with('-') && !label.ends_with('-')
        };
        let last = text.rsplit('.').next().unwrap_or_default();
        // A number at the end is an IP address, a good one or not.
        let is_name =
            text.len() <= 253 && text.split('.').all(label) && !last.bytes().all(|byte| byte.is_ascii_digit());
        if is_name { Ok(Self(text.to_ascii_lowercase())) } else { Err(FormError) }
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether it names a machine: a domain name or an IP address.
pub(super) fn is_host(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || text.parse::<DomainName>().is_ok()
}

/// An e-mail address as far as it can be told without sending one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Self, FormError> {
        let (name, domain) = text.rsplit_once('@').ok_or(FormError)?;
        let is_name = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@');
        if is_name && text.len() <= 254 && domain.parse::<DomainName>().is_ok() {
            Ok(Self(text.to_owned()))
        } else {
            Err(FormError)
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether it is the address of an HTTP server, without a user and password in it.
pub(super) fn is_http_url(text: &str) -> bool {
    text.parse::<http::Uri>().is_ok_and(|url| {
        let scheme = matches!(url.scheme_str(), Some("http" | "https"));
        scheme && url.authority().is_some_and(|place| is_host(host(place.host())) && !place.as_str().contains('@'))
    })
}

/// A host without the brackets of IPv6.
fn host(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

/// A network in CIDR notation (RFC 4632), for example `10.0.0.0/8`; an address alone is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// How many bits all its addresses share.
    bits: u8,
}

impl Network {
    /// Whether an address is one of it.
    pub fn contains(&self, address: IpAddr) -> bool {
        let shared = |a: u128, b: u128, width: u32| {
            let rest = width - u32::from(self.bits).min(width);
            a.checked_shr(rest).unwrap_or(0) == b.checked_shr(rest).unwrap_or(0)
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => shared(a.to_bits().into(), b.to_bits().into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => shared(a.to_bits(), b.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Self, FormError> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| FormError)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(width), str::parse).map_err(|_| FormError)?;
        if bits <= width { Ok(Self { address, bits }) } else { Err(FormError) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_names() {
        for good in ["thon.example.org", "localhost", "a-b.c", "203-0-113-7.sslip.io", "xn--bcher-kva.example"] {
            assert!(good.parse::<DomainName>().is_ok(), "{good}");
        }
        for bad in ["", ".", "a..b", "-a.b", "a.b-", "a_b.c", "a b", "127.0.0.1", "a.b;", "a/b", "bücher.example"] {
            assert!(bad.parse::<DomainName>().is_err(), "{bad}");
        }
        assert_eq!("Thon.Example".parse::<DomainName>().map(|name| name.to_string()), Ok("thon.example".to_owned()));
    }

    #[test]
    fn emails_and_urls() {
        for (text, good) in [("a@b.example", true), ("a b@c.example", false), ("@b.example", false), ("a@b@c", false)] {
            assert_eq!(text.parse::<Email>().is_ok(), good, "{text}");
        }
        for (text, good) in [
            ("https://cloud.langfuse.com", true),
            ("http://127.0.0.1:9180", true),
            ("http://[::1]:9180/a", true),
            ("ftp://a.example", false),
            ("https://", false),
            ("cloud.langfuse.com", false),
            ("https://name:password@a.example", false),
        ] {
            assert_eq!(is_http_url(text), good, "{text}");
        }
    }

    #[test]
    fn a_network_contains_its_addresses() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ] {
            let parsed: Network = network.parse().expect("a network");
            assert_eq!(parsed.contains(address.parse().expect("an address")), inside, "{network} {address}");
        }
        for bad in ["10.0.0.0/33", "10.0.0/8", "::/129", "a", "1.2.3.4/", "1.2.3.4/-1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
