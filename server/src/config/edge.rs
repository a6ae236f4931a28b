//! The doors to the internet: ports of HTTPS, whom to believe, and how much one caller may take.

use std::net::{IpAddr, Ipv4Addr};

use thon_domain::{address::PortRange, network::Network as Addresses};

use super::{forms::is_host, reader::Reader};

pub(super) const HOST: &str = "edge.host";
pub(super) const HTTPS_PORT: &str = "edge.https_port";
pub(super) const TIER: &str = "edge.tier";
pub(super) const HTTP_PORT: &str = "edge.http_port";

/// How THON faces the internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// 127.0.0.1 by default, as the dashboard's.
    pub host: IpAddr,
    /// Where HTTPS is spoken; none means nowhere.
    pub https_port: Option<u16>,
    /// Where callers of plain HTTP are sent to HTTPS; none means nowhere.
    pub http_port: Option<u16>,
    /// How sandboxes are told apart.
    pub tier: EdgeTier,
    /// Under what callers from outside know this server, where that is no address of its own.
    pub public_address: Option<PublicAddress>,
    /// The ports at which sandboxes are reached where they have no names, each its own for life.
    pub public_ports: PortRange,
    /// Load balancers that begin each connection with the caller's address.
    pub proxy_protocol: Vec<Addresses>,
    /// For how long browsers remember to come by HTTPS only, in seconds; 0 says nothing to them.
    pub hsts_s: u32,
    pub limits: EdgeLimits,
    /// Whether every request is a line of the log.
    pub access_log: bool,
}

/// How sandboxes are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum EdgeTier {
    /// By the first that there is: names under the domain, ports of the public address, names on this machine.
    #[default]
    Auto,
    Local,
    Domain,
    Address,
    /// Only for those who ask for it: all sandboxes share one origin.
    Path,
}

/// An address or a name, and the port of HTTPS where it is not this server's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress {
    /// As it stands in a URL.
    pub host: String,
    pub port: Option<u16>,
}

impl PublicAddress {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(six) = text.parse::<std::net::Ipv6Addr>() {
            return Some(Self { host: format!("[{six}]"), port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().ok().filter(|port| *port != 0)?)),
            _ => (text, None),
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_good =
            bare.map_or_else(|| is_host(host) && !host.contains(':'), |six| six.parse::<std::net::Ipv6Addr>().is_ok());
        is_good.then(|| Self { host: host.to_ascii_lowercase(), port })
    }
}

impl std::fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// What one caller may take. All of it is far more than a browser needs, or a venue behind one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeLimits {
    pub header_kib: u16,
    pub headers: u16,
    pub header_timeout_s: u16,
    pub body_timeout_s: u16,
    pub handshake_timeout_s: u16,
    pub connections_per_address: u32,
}

impl Edge {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let (loopback, takes) = (IpAddr::V4(Ipv4Addr::LOCALHOST), "an IP address such as 0.0.0.0 or ::");
        let host = reader.key(HOST, "The address that the ports of this section listen on").env("THON_EDGE_HOST");
        Self {
            host: host.word(loopback, takes, |text| text.parse().ok()),
            https_port: port(reader, HTTPS_PORT, "The port of HTTPS; without one THON speaks none", "THON_HTTPS_PORT"),
            http_port: port(
                reader,
                HTTP_PORT,
                "The port that sends callers of plain HTTP to HTTPS and answers ACME challenges; without one nobody does",
                "THON_HTTP_PORT",
            ),
            tier: reader
                .key(
                    TIER,
                    "How sandboxes are told apart: by names under the domain, by ports of the address, by names on this \
                     machine, or by paths of one origin, which is weak and never chosen by itself",
                )
                .env("THON_EDGE_TIER")
                .choice(),
            public_address: reader
                .key(
                    "edge.public_address",
                    "Under what callers know this server where that is no address of its own, with the port of HTTPS if \
                     it is another",
                )
                .env("THON_PUBLIC_ADDRESS")
                .optional_word("an address or a name such as 203.0.113.7 or 203.0.113.7:8443", PublicAddress::parse),
            public_ports: reader
                .key(
                    "edge.public_ports",
                    "The ports at which sandboxes are reached where they have no names; each has its own for life",
                )
                .env("THON_PUBLIC_PORTS")
                .word(PortRange::USUAL, "a range of ports such as 20001-29999", |text| text.parse().ok()),
            proxy_protocol: reader
                .key(
                    "edge.proxy_protocol",
                    "The load balancers that begin each connection with a PROXY protocol header (version 1 or 2); \
                     from them it is required, from others refused",
                )
                .words("a list of addresses and networks such as 10.0.0.0/8"),
            hsts_s: reader
                .key(
                    "edge.hsts_s",
                    "For how many seconds browsers remember to come by HTTPS only; 0 says nothing to them",
                )
                .whole(31_536_000, 0..=63_072_000),
            limits: EdgeLimits::read(reader),
            access_log: reader
                .key("edge.access_log", "Whether every request is a line of the log, without secrets")
                .env("THON_ACCESS_LOG")
                .truth(false),
        }
    }
}

impl EdgeLimits {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            header_kib: reader
                .key("edge.header_kib", "How large the headers of a request may be, in KiB")
                .whole(64, 8..=1024),
            headers: reader.key("edge.headers", "How many headers a request may have").whole(128, 32..=1024),
            header_timeout_s: reader
                .key("edge.header_timeout_s", "How many seconds a caller may take for the headers of a request")
                .whole(30, 1..=3600),
            body_timeout_s: reader
                .key("edge.body_timeout_s", "How many seconds a caller who sends the body of a request may say nothing")
                .whole(60, 1..=3600),
            handshake_timeout_s: reader
                .key("edge.handshake_timeout_s", "How many seconds a caller may take to agree on TLS")
                .whole(10, 1..=300),
            connections_per_address: reader
                .key("edge.connections_per_address", "How many connections may be open from one address")
                .whole(10_000, 16..=1_000_000),
        }
    }
}

fn port(reader: &mut Reader<'_>, name: &'static str, about: &'static str, variable: &'static str) -> Option<u16> {
    reader.key(name, about).env(variable).optional_whole(1..=u16::MAX)
}
