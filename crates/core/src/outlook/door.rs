//! Doors: who answers where a browser would come to the dashboard.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use thon_domain::{address::Pattern, network::is_private};

use super::{Inner, Sight};
use crate::port::surroundings::{Answer, Knock};

impl Inner {
    /// Whether the dashboard is where it is said to be.
    pub(super) async fn dashboard(&self, pattern: &Pattern) -> Sight {
        let host = pattern.host();
        let subject = pattern.dashboard_host();
        let here = matches!(pattern, Pattern::Local { .. }).then_some(IpAddr::V4(Ipv4Addr::LOCALHOST));
        match here.or_else(|| host.trim_matches(['[', ']']).parse().ok()) {
            Some(address) => match self.answers(pattern, &subject, address).await {
                Ok(()) => {
                    let detail = format!("This server answers there.{}", of_a_private_one(pattern, address));
                    Sight { subject, works: true, detail }
                }
                Err(detail) => Sight { subject, works: false, detail },
            },
            None => Sight { subject, ..self.name(pattern, host, &pattern.dashboard_host()).await },
        }
    }

    /// Whether this server answers at an address under a name; else what is there, and what to do.
    pub(super) async fn answers(&self, pattern: &Pattern, host: &str, address: IpAddr) -> Result<(), String> {
        let port = pattern.dashboard_port();
        let door = Knock { at: SocketAddr::new(address, port), host: host.to_owned(), over_tls: pattern.is_secure() };
        let is_own = self.surroundings.is_own(address);
        match (self.surroundings.knock(&door).await, is_own) {
            (Answer::Own, _) => Ok(()),
            (Answer::Foreign, true) => Err(format!(
                "Another program answers at port {port} of this machine. `ss -ltnp` names it: stop it, or give it another port."
            )),
            (Answer::Foreign, false) => Err(format!(
                "Another machine answers at {address}: it is none of this machine's addresses.{}",
                self.instead()
            )),
            (Answer::Nobody(why), true) => Err(format!(
                "{address} is this machine, and nobody answers at port {port}: {why}. Does THON, or who stands in front of it, \
                 listen there, and does the firewall let it through?"
            )),
            (Answer::Nobody(why), false) => Err(format!(
                "Nobody answers at port {port} of {address}, which is none of this machine's addresses: {why}. If it is a router's, \
                 let it forward the port to this machine, and try from a phone: many routers do not lead their own network \
                 back.{}",
                self.instead()
            )),
        }
    }

    /// Where a record should lead.
    fn instead(&self) -> String {
        let known = self.place.address.filter(|address| self.surroundings.is_own(*address));
        known.map_or_else(String::new, |address| format!(" This machine's address is {address}."))
    }
}

fn of_a_private_one(pattern: &Pattern, address: IpAddr) -> &'static str {
    if pattern.is_outward() && is_private(address) {
        " It is a private address: only machines of the same network reach it."
    } else {
        ""
    }
}
