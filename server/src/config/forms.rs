//! The forms that some texts must have: domain names, e-mail addresses, URLs.

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

/// Whether secrets may be sent there: over TLS, or without leaving this machine. It ends without a slash.
pub(super) fn is_place(text: &str) -> bool {
    let here = |text: &str| {
        let url = text.parse::<http::Uri>().ok();
        let name = url.as_ref().and_then(|url| url.host()).map(host);
        name.is_some_and(|name| name == "localhost" || name.parse::<IpAddr>().is_ok_and(|it| it.is_loopback()))
    };
    is_http_url(text)
        && !text.contains(['?', '#'])
        && !text.ends_with('/')
        && (text.starts_with("https://") || here(text))
}

/// A host without the brackets of IPv6.
fn host(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
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
            ("https://gitlab.com", true),
            ("https://git.example.org/gitlab", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost:8080", true),
            ("http://gitlab.example.org", false),
            ("http://localhost.example.org", false),
            ("https://gitlab.com/", false),
            ("https://gitlab.com/?a=b", false),
        ] {
            assert_eq!(is_place(text), good, "{text}");
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
}
