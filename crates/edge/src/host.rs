//! Host names: which of them are the dashboard's, which a sandbox's, and which nobody's.
//!
//! A name that is not on the list is refused, not guessed at: a page that points its own name at this address (DNS
//! rebinding) must not reach the dashboard.

use std::{borrow::Cow, collections::BTreeSet, net::IpAddr, sync::Arc};

use http::{Request, header};
use thon_domain::address::{Addresses, Doorway, Pattern};

use crate::caller::Scheme;

/// Whose a host name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sorted {
    Dashboard,
    /// A name of its own, which stands for one door of a sandbox.
    Sandbox(Doorway),
    Unknown,
}

/// The closed list of names that this server answers to.
#[derive(Clone, Debug)]
pub struct Hosts {
    addresses: Addresses,
    patterns: Vec<Arc<Pattern>>,
    dashboard: BTreeSet<String>,
}

impl Hosts {
    /// Takes the patterns of sandbox origins and further names of the dashboard.
    ///
    /// Addresses are names too, except `0.0.0.0` and `::`: a listener may be bound there, but nobody is at home.
    pub fn new<N: AsRef<str>>(addresses: &Addresses, names: impl IntoIterator<Item = N>) -> Self {
        let dashboard = ["localhost", "127.0.0.1", "[::1]"]
            .map(str::to_owned)
            .into_iter()
            .chain(addresses.all().map(|pattern| pattern.host().to_ascii_lowercase()))
            .chain(names.into_iter().filter_map(|name| listed(name.as_ref())))
            .collect();
        Self { patterns: addresses.all().cloned().map(Arc::new).collect(), addresses: addresses.clone(), dashboard }
    }

    /// How addresses are written here.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Sorts the value of a `Host` header or of `:authority` by the name in it.
    ///
    /// Any port is fine, and none.
    pub fn sort(&self, host_header: &str) -> Sorted {
        match self.named(host_header) {
            Some((doorway, _)) => Sorted::Sandbox(doorway),
            None if self.is_dashboard(host_header) => Sorted::Dashboard,
            None => Sorted::Unknown,
        }
    }

    fn is_dashboard(&self, host_header: &str) -> bool {
        without_port(host_header).is_some_and(|name| self.dashboard.contains(lower(name).as_ref()))
    }

    /// The door that a name stands for, where doors have names.
    pub(crate) fn named(&self, host_header: &str) -> Option<(Doorway, &Arc<Pattern>)> {
        if self.is_dashboard(host_header) {
            return None;
        }
        let name = lower(without_port(host_header)?);
        let with_names = |it: &&Arc<Pattern>| matches!(***it, Pattern::Local { .. } | Pattern::Domain { .. });
        self.patterns.iter().filter(with_names).find_map(|pattern| {
            let domain = lower(pattern.host());
            let label = name.strip_suffix(domain.as_ref()).and_then(|rest| rest.strip_suffix('.'))?;
            Some((label.parse().ok()?, pattern))
        })
    }

    /// The public port in a `Host`, where sandboxes are told apart by it and somebody in front has taken the connection.
    pub(crate) fn by_port(&self, host_header: &str) -> Option<(u16, &Arc<Pattern>)> {
        let name = without_port(host_header)?;
        let port = host_header.get(name.len()..)?.strip_prefix(':')?.parse().ok()?;
        let is_its = |it: &&Arc<Pattern>| {
            matches!(***it, Pattern::Address { .. })
                && it.host().eq_ignore_ascii_case(name)
                && it.dashboard_port() != port
        };
        Some((port, self.patterns.iter().find(is_its)?))
    }

    /// The pattern of a request that came to a sandbox's own port: plain ones on this machine only.
    pub(crate) fn at_port(&self, host_header: &str, scheme: Scheme) -> Option<&Arc<Pattern>> {
        let name = without_port(host_header)?;
        self.patterns.iter().find(|pattern| match (&***pattern, scheme) {
            (Pattern::Loopback { .. }, Scheme::Http) => name == "127.0.0.1",
            (Pattern::Address { host, .. }, Scheme::Https) => host.eq_ignore_ascii_case(name),
            _ => false,
        })
    }

    /// The pattern with paths, where this is its host.
    pub(crate) fn with_paths(&self, host_header: &str) -> Option<&Arc<Pattern>> {
        let name = without_port(host_header)?;
        let is_its = |it: &&Arc<Pattern>| it.shares_origin() && it.host().eq_ignore_ascii_case(name);
        self.patterns.iter().find(is_its)
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
