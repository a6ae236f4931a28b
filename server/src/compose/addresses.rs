//! How this server is reached: the tier, and the addresses that follow from it.

use std::net::{IpAddr, Ipv4Addr};

use thon_adapters::outward::outward_address;
use thon_core::{outlook::Place, reach::Reach};
use thon_domain::{
    address::{Addresses, Pattern},
    network::{in_url, is_private},
};

use crate::config::{Config, EdgeTier};

/// The usual port of HTTPS, where somebody in front speaks it.
const HTTPS: u16 = 443;

/// Decides on the tier.
pub(super) fn reach(config: &Config) -> Reach {
    let ways = Ways::of(config);
    let (chosen, why) = ways.chosen(config.edge.tier);
    let mut others = Vec::new();
    // Beside a domain only an address that somebody has named: what was found may lead nowhere.
    if matches!(chosen, Pattern::Domain { .. }) && ways.is_named {
        others.extend(ways.address.clone());
    }
    let local = Pattern::Local { port: config.dashboard.port };
    if chosen != local {
        others.push(local);
    }
    let over_tls = matches!(chosen, Pattern::Address { .. }) || matches!(others.first(), Some(Pattern::Address { .. }));
    if !(over_tls && takes_loopback(config)) {
        others.push(Pattern::Loopback { port: config.dashboard.port });
    }
    let warnings = ways.warnings(config, &chosen);
    Reach::new(Addresses { chosen, others }, why, warnings)
}

/// Whether whoever speaks HTTPS at the ports of sandboxes has them on 127.0.0.1 as well: two doors cannot have one port of one
/// address.
fn takes_loopback(config: &Config) -> bool {
    let takes = |host: IpAddr| host.is_unspecified() || host == IpAddr::V4(Ipv4Addr::LOCALHOST);
    let of_nginx = config.nginx.enabled.then_some(config.nginx.server.host);
    let by_nginx = of_nginx.is_some_and(|host| host.is_none_or(takes));
    by_nginx || (config.edge.https_port.is_some() && takes(config.edge.host))
}

/// The address by which this server is reached from outside, as far as it is known.
pub(super) fn address(config: &Config) -> Option<IpAddr> {
    let own = config.edge.host;
    let named = config.network.external_ip.or_else(|| (!own.is_loopback() && !own.is_unspecified()).then_some(own));
    named.or_else(|| (config.edge.https_port.is_some() && own.is_unspecified()).then(outward_address).flatten())
}

/// What this server knows of its own place.
pub(super) fn place(config: &Config) -> Place {
    let anywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let host = if config.nginx.enabled { config.nginx.server.host.unwrap_or(anywhere) } else { config.edge.host };
    Place { address: address(config), host, ports: config.edge.public_ports }
}

/// What there is to choose from.
struct Ways {
    local: Pattern,
    domain: Option<Pattern>,
    address: Option<Pattern>,
    path: Option<Pattern>,
    /// Whether the address is a configured one.
    is_named: bool,
    outward: Option<IpAddr>,
}

impl Ways {
    fn of(config: &Config) -> Self {
        let (edge, asked) = (&config.edge, config.edge.tier != EdgeTier::Auto);
        let is_fronted = config.nginx.enabled || asked;
        let known = edge.public_address.as_ref();
        let port = known
            .and_then(|it| it.port)
            .or(edge.https_port)
            .or(config.nginx.enabled.then_some(config.nginx.server.https_port))
            .or(is_fronted.then_some(HTTPS));
        let outward = address(config);
        let host = known.map(|it| it.host.clone()).or_else(|| outward.map(in_url));
        let domain = config.nginx.domain.as_ref().map(ToString::to_string);
        let of_path = domain.clone().or_else(|| host.clone());
        Self {
            local: Pattern::Local { port: config.dashboard.port },
            domain: domain.zip(port).map(|(domain, port)| Pattern::Domain { domain, port }),
            address: host.zip(port).map(|(host, port)| Pattern::Address { host, port }),
            path: of_path.zip(port).map(|(host, port)| Pattern::Path { host, port }),
            is_named: known.is_some() || config.network.external_ip.is_some(),
            outward,
        }
    }

    fn chosen(&self, tier: EdgeTier) -> (Pattern, &'static str) {
        let found = match tier {
            EdgeTier::Auto => {
                let domain = self.domain.clone().map(|it| (it, "`nginx.domain` is set."));
                let address =
                    self.address.clone().map(|it| (it, "HTTPS is spoken at an address, and there is no domain."));
                domain.or(address)
            }
            EdgeTier::Local => Some((self.local.clone(), "`edge.tier` asks for it.")),
            EdgeTier::Domain => self.domain.clone().map(|it| (it, "`edge.tier` asks for it.")),
            EdgeTier::Address => self.address.clone().map(|it| (it, "`edge.tier` asks for it.")),
            EdgeTier::Path => self.path.clone().map(|it| (it, "`edge.tier` asks for it.")),
        };
        found.unwrap_or((self.local.clone(), "No HTTPS is spoken at an address that others know."))
    }

    fn warnings(&self, config: &Config, chosen: &Pattern) -> Vec<String> {
        let mut warnings = Vec::new();
        let asked = !matches!(config.edge.tier, EdgeTier::Auto | EdgeTier::Local);
        if asked && !chosen.is_outward() {
            warnings.push(
                "No address was found under which others reach this machine. Set `external_ip` or `edge.public_address`."
                    .to_owned(),
            );
        }
        if config.nginx.domain.is_some() && !chosen.is_outward() && config.edge.tier == EdgeTier::Auto {
            warnings.push(
                "`nginx.domain` is set, but nobody speaks HTTPS for it. Set `edge.https_port`, usually 443.".to_owned(),
            );
        }
        let is_theirs = |pattern: &Pattern| matches!(pattern, Pattern::Address { .. });
        if let Some(address) = self.outward.filter(|it| is_theirs(chosen) && !self.is_named && is_private(*it)) {
            warnings.push(format!(
                "The address {address} is a private one: only machines in the same network reach it. If others shall, \
                 set `external_ip`."
            ));
        }
        warnings
    }
}
