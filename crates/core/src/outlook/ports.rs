//! Ports: do those of sandboxes belong to this server, and are the next ones free?

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use futures::future::join_all;
use thon_domain::address::Pattern;

use super::{Inner, Sight};
use crate::port::surroundings::{Answer, Knock};

/// At how many sandboxes' ports is knocked.
const DOORS: usize = 16;

/// How many of the ports that are given next are looked at.
const NEXT: usize = 256;

impl Inner {
    /// The ports of sandboxes, those that are in use and those that are given next.
    pub(super) async fn ports(&self, pattern: &Pattern) -> Sight {
        let listens = if pattern.is_outward() { self.place.host } else { IpAddr::V4(Ipv4Addr::LOCALHOST) };
        let range = self.place.ports;
        let used: BTreeSet<u16> = self.proxy.in_force().iter().filter_map(|route| route.public_port).collect();
        let next: Vec<u16> = (range.first..=range.last).filter(|port| !used.contains(port)).take(NEXT).collect();
        let knocked =
            join_all(used.iter().take(DOORS).map(async |port| (*port, self.at_port(pattern, listens, *port).await)));
        let (knocked, taken) = tokio::join!(knocked, self.surroundings.taken(listens, next));
        let closed: Vec<u16> =
            knocked.into_iter().filter(|(_, answer)| *answer != Answer::Own).map(|(port, _)| port).collect();
        let troubles = [
            (closed, "given to a sandbox, and this server does not answer there"),
            (taken, "taken by other programs, and whoever is given one cannot be reached there"),
        ];
        let troubles: Vec<String> =
            troubles.iter().filter(|(ports, _)| !ports.is_empty()).map(|(ports, what)| several(ports, what)).collect();
        let works = troubles.is_empty();
        let detail = if works {
            let given = if used.is_empty() {
                "None is given to a sandbox yet"
            } else {
                "This server answers at those of sandboxes"
            };
            format!("{given}, and the next ones are free.")
        } else {
            let first = "`ss -ltnp` names the programs: stop them, or choose other ports with `edge.public_ports`.";
            format!("{} {first}", troubles.join(" "))
        };
        Sight { subject: format!("ports {range} at {listens}"), works, detail }
    }

    async fn at_port(&self, pattern: &Pattern, listens: IpAddr, port: u16) -> Answer {
        let host = if pattern.is_outward() { pattern.host() } else { "127.0.0.1" };
        let at = SocketAddr::new(reached(listens), port);
        self.surroundings.knock(&Knock { at, host: format!("{host}:{port}"), over_tls: pattern.is_secure() }).await
    }
}

/// An address of this machine at which a listener is reached.
const fn reached(listens: IpAddr) -> IpAddr {
    match listens {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    }
}

fn several(ports: &[u16], what: &str) -> String {
    match ports {
        [port] => format!("{port} is {what}."),
        [first, others @ ..] => format!("{first} and {} more are {what}.", others.len()),
        [] => String::new(),
    }
}
