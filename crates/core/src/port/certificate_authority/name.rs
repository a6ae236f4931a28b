//! The names that a certificate is for: domains, with a star for all that stand below, and addresses.

use std::{fmt, net::IpAddr, str::FromStr};

/// One name of a certificate (RFC 5280 §4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateName {
    /// A domain in lower case, for example `thon.example.org` or `*.thon.example.org`.
    Domain(String),
    Address(IpAddr),
}

/// Says that a text is no name that a certificate can be for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a domain nor an address")]
pub struct NameError(String);

impl CertificateName {
    /// Whether who is certified under this name is under that one (RFC 6125 §6.4.3: a star stands for one label).
    pub fn covers(&self, wanted: &Self) -> bool {
        if self == wanted {
            return true;
        }
        let (Self::Domain(own), Self::Domain(wanted)) = (self, wanted) else { return false };
        let below = own.strip_prefix("*.").zip(wanted.split_once('.'));
        below.is_some_and(|(own, (label, parent))| own == parent && label != "*")
    }

    /// Whether a public authority would certify it: a domain of the public tree, an address of the internet.
    pub fn is_public(&self) -> bool {
        match self {
            Self::Domain(name) => {
                let last = name.rsplit('.').next().unwrap_or_default();
                name.contains('.')
                    && !matches!(last, "localhost" | "local" | "internal" | "test" | "invalid" | "example")
            }
            Self::Address(IpAddr::V4(v4)) => {
                let shared = v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]);
                let local = v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified();
                !(local || shared || v4.is_documentation() || v4.is_broadcast() || v4.is_multicast())
            }
            Self::Address(IpAddr::V6(v6)) => {
                let local = v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local();
                !(local || v6.is_unicast_link_local() || v6.is_multicast())
            }
        }
    }
}

impl FromStr for CertificateName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let label = |label: &str| {
            let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            (1..=63).contains(&label.len()) && letters
        };
        let name = text.strip_prefix("*.").unwrap_or(text);
        let good = text.len() <= 253 && name.split('.').all(label);
        if good { Ok(Self::Domain(text.to_ascii_lowercase())) } else { Err(NameError(text.to_owned())) }
    }
}

impl fmt::Display for CertificateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn name(text: &str) -> CertificateName {
        text.parse().expect("a name")
    }

    #[rstest]
    #[case("thon.example.org", "thon.example.org", true)]
    #[case("*.thon.example.org", "alice.thon.example.org", true)]
    #[case("*.thon.example.org", "*.thon.example.org", true)]
    #[case("*.thon.example.org", "thon.example.org", false)]
    #[case("*.thon.example.org", "a.b.thon.example.org", false)]
    #[case("*.thon.example.org", "evilthon.example.org", false)]
    #[case("*.example.org", "*.thon.example.org", false)]
    // The earlier THON took one address for a part of another.
    #[case("1.2.3.4", "2.3.4.5", false)]
    #[case("1.2.3.4", "1.2.3.4", true)]
    #[case("::1", "0:0:0:0:0:0:0:1", true)]
    fn a_name_covers(#[case] own: &str, #[case] wanted: &str, #[case] covers: bool) {
        assert_eq!(name(own).covers(&name(wanted)), covers);
    }

    #[test]
    fn only_the_public_may_be_certified_in_public() {
        for public in ["thon.example.org", "*.thon.example.org", "8.8.8.8", "2606:4700::1", "8-8-8-8.sslip.io"] {
            assert!(name(public).is_public(), "{public}");
        }
        for own in ["localhost", "a.localhost", "127.0.0.1", "10.0.0.1", "100.64.0.1", "::1", "fe80::1", "fd00::1"] {
            assert!(!name(own).is_public(), "{own}");
        }
    }

    #[test]
    fn nothing_else_is_a_name() {
        for bad in ["", "*", "*.", "a..b", "a b", "a.*.b", "bücher.example", "a\nb", "a,DNS:b"] {
            assert!(bad.parse::<CertificateName>().is_err(), "{bad}");
        }
        assert_eq!(name("Thon.Example.ORG").to_string(), "thon.example.org");
    }
}
