//! Patterns: one way to write the addresses of all sandboxes, and what follows from it for cookies and origins.

use serde::{Deserialize, Serialize};

use super::{Door, Doorway};
use crate::slug::Slug;

/// The kinds of ways, from the one that works at once to the one that is only for those who ask for it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Tier {
    /// Names under `localhost`, for one machine.
    Local,
    /// Names under a domain.
    Domain,
    /// A port of one address for each sandbox.
    Address,
    /// A path of one origin for each sandbox.
    Path,
}

/// One way to write the addresses of all sandboxes. Ports are those that callers know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Pattern {
    /// `http://alpha-alice.localhost:8100/`: browsers resolve it to this machine (RFC 6761 §6.3).
    Local {
        /// The dashboard's.
        port: u16,
    },
    /// `http://127.0.0.1:20001/`: on this machine, for browsers that do not.
    Loopback {
        /// The dashboard's.
        port: u16,
    },
    /// `https://alpha-alice.thon.example.org/`.
    Domain { domain: String, port: u16 },
    /// `https://203.0.113.7:20001/`.
    Address {
        /// As it stands in an address, an IPv6 one in brackets.
        host: String,
        /// The dashboard's.
        port: u16,
    },
    /// `https://thon.example.org/s/alpha-alice/`.
    Path { host: String, port: u16 },
}

impl Pattern {
    pub const fn tier(&self) -> Tier {
        match self {
            Self::Local { .. } | Self::Loopback { .. } => Tier::Local,
            Self::Domain { .. } => Tier::Domain,
            Self::Address { .. } => Tier::Address,
            Self::Path { .. } => Tier::Path,
        }
    }

    pub const fn scheme(&self) -> &'static str {
        if self.is_secure() { "https" } else { "http" }
    }

    /// Whether it is spoken over TLS.
    pub const fn is_secure(&self) -> bool {
        self.is_outward()
    }

    /// Whether it leads here from other machines.
    pub const fn is_outward(&self) -> bool {
        !matches!(self, Self::Local { .. } | Self::Loopback { .. })
    }

    /// Whether the host that all addresses share has a name.
    pub fn is_named(&self) -> bool {
        let bare = self.host().trim_start_matches('[').trim_end_matches(']');
        bare.parse::<std::net::IpAddr>().is_err()
    }

    /// Whether a browser sends what one sandbox has set to others as well, and to the dashboard: cookies know no ports.
    pub const fn shares_cookies(&self) -> bool {
        matches!(self, Self::Loopback { .. } | Self::Address { .. } | Self::Path { .. })
    }

    /// Whether all sandboxes have one origin, with the dashboard.
    pub const fn shares_origin(&self) -> bool {
        matches!(self, Self::Path { .. })
    }

    /// The host that all addresses share, without a port: where the dashboard is, or what the names end in.
    pub fn host(&self) -> &str {
        match self {
            Self::Local { .. } | Self::Loopback { .. } => "localhost",
            Self::Domain { domain, .. } => domain,
            Self::Address { host, .. } | Self::Path { host, .. } => host,
        }
    }

    /// The port of the dashboard.
    pub const fn dashboard_port(&self) -> u16 {
        match self {
            Self::Local { port }
            | Self::Loopback { port }
            | Self::Domain { port, .. }
            | Self::Address { port, .. }
            | Self::Path { port, .. } => *port,
        }
    }

    /// The dashboard's `Host`.
    pub fn dashboard_host(&self) -> String {
        self.with_port(self.host(), self.dashboard_port())
    }

    /// The origin of the dashboard, without a slash at the end.
    pub fn dashboard(&self) -> String {
        format!("{}://{}", self.scheme(), self.dashboard_host())
    }

    /// The `Host` of a door; `None` where that takes a port of its own, which the sandbox does not have yet.
    pub fn host_of(&self, doorway: &Doorway, public_port: Option<u16>) -> Option<String> {
        Some(match self {
            Self::Local { port } | Self::Domain { port, .. } => {
                self.with_port(&format!("{doorway}.{}", self.host()), *port)
            }
            Self::Loopback { .. } => self.with_port("127.0.0.1", public_port?),
            Self::Address { host, .. } => self.with_port(host, public_port?),
            Self::Path { host, port } => self.with_port(host, *port),
        })
    }

    /// What stands before every path of a door, without a slash at the end; nothing where it has an origin of its own.
    pub fn prefix(&self, doorway: &Doorway) -> String {
        match (self, doorway.door) {
            (Self::Path { .. }, _) => format!("/s/{doorway}"),
            // Where code-server itself has it: a door of its own would take a port of its own.
            (Self::Loopback { .. } | Self::Address { .. }, Door::Port(port)) => format!("/proxy/{port}"),
            _ => String::new(),
        }
    }

    /// The origin of a door, without a slash at the end.
    pub fn origin(&self, doorway: &Doorway, public_port: Option<u16>) -> Option<String> {
        Some(format!("{}://{}", self.scheme(), self.host_of(doorway, public_port)?))
    }

    /// The address of a door. It ends in a slash: code-server's assets are relative to it.
    pub fn url(&self, doorway: &Doorway, public_port: Option<u16>) -> Option<String> {
        Some(format!("{}{}/", self.origin(doorway, public_port)?, self.prefix(doorway)))
    }

    /// What a content security policy calls the origins of all editors (CSP 3 §2.3.1). It knows no ranges of ports, so those of
    /// an address are all that it has; and no IPv6.
    pub fn source(&self) -> Option<String> {
        Some(match self {
            Self::Local { port } | Self::Domain { port, .. } => {
                format!("{}://{}", self.scheme(), self.with_port(&format!("*.{}", self.host()), *port))
            }
            Self::Loopback { .. } => "http://127.0.0.1:*".to_owned(),
            Self::Address { host, .. } if host.starts_with('[') => return None,
            Self::Address { host, .. } => format!("https://{host}:*"),
            Self::Path { .. } => self.dashboard(),
        })
    }

    /// What it calls the origin of one editor. One whose port is not given yet may get any.
    pub fn source_of(&self, slug: &Slug, public_port: Option<u16>) -> Option<String> {
        let of_all = self.source()?;
        Some(self.origin(&Doorway::editor(slug.clone()), public_port).unwrap_or(of_all))
    }

    /// What the name of a door's cookie ends in: the door's own name where others see the cookie.
    pub fn cookie_suffix(&self, doorway: &Doorway) -> String {
        match (self.shares_cookies(), doorway.door) {
            (false, _) => String::new(),
            (true, Door::Editor) => format!("_{}", doorway.slug),
            (true, Door::Port(port)) => format!("_{}_{port}", doorway.slug),
        }
    }

    fn with_port(&self, host: &str, port: u16) -> String {
        let usual = if self.is_secure() { 443 } else { 80 };
        if port == usual { host.to_owned() } else { format!("{host}:{port}") }
    }
}
