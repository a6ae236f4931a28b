//! Headers on their way through: what ends at the edge, and what the edge says about the visitor.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What concerns one connection only (RFC 9110 §7.6.1), apart from those that `Connection` names.
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

pub(crate) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(crate) const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What a proxy in front would say. It was read already; code-server would believe some of them from anybody.
const CLAIMS: [HeaderName; 8] = [
    header::FORWARDED,
    FORWARDED_FOR,
    FORWARDED_HOST,
    FORWARDED_PROTO,
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
];

/// Empties what browsers keep of a whole site (W3C Clear Site Data §3.1): from a sandbox, the session at the dashboard too.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Drops what a sandbox may not tell a browser.
pub(crate) fn drop_overreach(headers: &mut HeaderMap) {
    headers.remove(&CLEAR_SITE_DATA);
}

/// Drops what some programs read as one of the headers that the edge writes or drops: they know no difference between
/// `_` and `-`, as CGI (RFC 3875 §4.1.18) and what came after it.
fn drop_look_alikes(headers: &mut HeaderMap) {
    let framing = [&header::CONTENT_LENGTH, &header::HOST, &header::COOKIE];
    let is_taken = |name: &HeaderName| {
        let plain = name.as_str().replace('_', "-");
        CLAIMS.iter().chain(&HOP_BY_HOP).chain(framing).any(|taken| taken.as_str() == plain)
    };
    let found: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().contains('_') && is_taken(name)).cloned().collect();
    for name in &found {
        headers.remove(name);
    }
}

pub(crate) fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = tokens(headers, &header::CONNECTION)
        .filter_map(|token| HeaderName::from_bytes(token.as_bytes()).ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// What a sandbox is told about the visitor.
#[derive(Clone, Debug)]
pub(crate) struct Forwarded {
    pub host: HeaderValue,
    pub peer: Option<IpAddr>,
    pub scheme: &'static str,
}

impl Forwarded {
    /// Writes it, in place of whatever the visitor claimed.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        for claim in &CLAIMS {
            headers.remove(claim);
        }
        drop_look_alikes(headers);
        if let Some(Ok(address)) = self.peer.map(|address| HeaderValue::from_str(&address.to_string())) {
            headers.insert(FORWARDED_FOR, address);
        }
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(self.scheme));
        headers.insert(FORWARDED_HOST, self.host.clone());
        headers.insert(header::HOST, self.host.clone());
    }
}

/// Whether a comma-separated header names this token.
pub(crate) fn names(headers: &HeaderMap, header: &HeaderName, token: &str) -> bool {
    tokens(headers, header).any(|one| one.eq_ignore_ascii_case(token))
}

/// The value of a header that stands there exactly once.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}
