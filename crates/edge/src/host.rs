//! Host names: which of them are the dashboard's, which a sandbox's, and which nobody's.
//!
//! A name that is not on the list is refused, not guessed at: a page that points its own name at this address (DNS
//! rebinding) must not reach the dashboard.

use std::{borrow::Cow, collections::BTreeSet, net::IpAddr};

use http::{Request, header};
use thon_domain::{address::Addresses, slug::Slug};

/// Whose a host name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sorted {
    Dashboard,
    Sandbox(Slug),
    Unknown,
}

/// The closed list of names that this server answers to.
#[derive(Clone, Debug)]
pub struct Hosts {
    addresses: Addresses,
    /// What follows the slug and a dot, without a port.
    domain: String,
    dashboard: BTreeSet<String>,
}

impl Hosts {
    /// Takes the pattern of sandbox origins and further names of the dashboard.
    ///
    /// Addresses are names too, except `0.0.0.0` and `::`: a listener may be bound there, but nobody is at home.
    pub fn new<N: AsRef<str>>(addresses: &Addresses, names: impl IntoIterator<Item = N>) -> Self {
        let domain = without_port(&addresses.suffix).unwrap_or(&addresses.suffix).to_ascii_lowercase();
        let dashboard = ["localhost", "127.0.0.1", "[::1]", &domain]
            .map(str::to_owned)
            .into_iter()
            .chain(names.into_iter().filter_map(|name| listed(name.as_ref())))
            .collect();
        Self { addresses: addresses.clone(), domain, dashboard }
    }

    /// Sorts the value of a `Host` header or of `:authority`.
    ///
    /// Any port is fine, and none.
    pub fn sort(&self, host_header: &str) -> Sorted {
        let Some(name) = without_port(host_header) else { return Sorted::Unknown };
        let name = lower(name);
        if self.dashboard.contains(name.as_ref()) {
            return Sorted::Dashboard;
        }
        let label = name.strip_suffix(&self.domain).and_then(|rest| rest.strip_suffix('.'));
        label.and_then(|label| Slug::new(label).ok()).map_or(Sorted::Unknown, Sorted::Sandbox)
    }

    pub(crate) fn scheme(&self) -> &str {
        &self.addresses.scheme
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.addresses.scheme == "https"
    }

    /// The `Host` of a sandbox's own address.
    pub(crate) fn host(&self, slug: &Slug) -> String {
        format!("{slug}.{}", self.addresses.suffix)
    }
}

/// Says why a request names no host, or more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous;

/// The one host that a request is for.
///
/// HTTP/2 has it in `:authority`, an absolute request target in the target. Where a `Host` stands beside either, both must
/// say the same, although RFC 9112 §3.2.2 lets the target win: whoever sends two means to confuse somebody.
pub(crate) fn named<B>(request: &Request<B>) -> Result<&str, Ambiguous> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next().map(|value| value.to_str().map_err(|_| Ambiguous)).transpose()?;
    if hosts.next().is_some() {
        return Err(Ambiguous);
    }
    match (request.uri().authority().map(http::uri::Authority::as_str), host) {
        (Some(authority), Some(host)) if !authority.eq_ignore_ascii_case(host) => Err(Ambiguous),
        (Some(one), _) | (None, Some(one)) if !one.is_empty() => Ok(one),
        _ => Err(Ambiguous),
    }
}

/// The origin that a browser names for pages under this `Host`: lower case, without the scheme's own port.
pub(crate) fn origin(scheme: &str, host: &str) -> String {
    let default = if scheme == "https" { ":443" } else { ":80" };
    let host = lower(host);
    format!("{scheme}://{}", host.strip_suffix(default).unwrap_or(&host))
}

/// A name from the configuration as browsers write it; `None` for one that names nobody.
fn listed(name: &str) -> Option<String> {
    match name.parse::<IpAddr>() {
        Ok(address) if address.is_unspecified() => None,
        Ok(IpAddr::V6(address)) => Some(format!("[{address}]")),
        Ok(IpAddr::V4(_)) | Err(_) => Some(without_port(name).unwrap_or(name).to_ascii_lowercase()),
    }
}

/// The name without its port; `None` when what stands there is no port.
pub(crate) fn without_port(host: &str) -> Option<&str> {
    let end = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, port) = host.split_at_checked(end)?;
    let is_port = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok();
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(name)
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { text.to_ascii_lowercase().into() } else { text.into() }
}
