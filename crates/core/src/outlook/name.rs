//! Names: do they lead to this machine, and does this server answer under them?

use std::net::IpAddr;

use futures::future::join_all;
use thon_domain::{address::Pattern, network::is_private};

use super::{Inner, NOBODY, Sight};

/// How many addresses of one name are tried.
const MOST: usize = 4;

impl Inner {
    /// Whether every name below the domain leads here, as sandboxes need it.
    pub(super) async fn all_names(&self, pattern: &Pattern) -> Sight {
        let (domain, port) = (pattern.host(), pattern.dashboard_port());
        let (name, all) = (format!("{NOBODY}.{domain}"), format!("*.{domain}"));
        let host = if port == 443 { name.clone() } else { format!("{name}:{port}") };
        let seen = self.name(pattern, &name, &host).await;
        Sight { detail: seen.detail.replace(&name, &all), subject: all, ..seen }
    }

    /// Whether a name leads here. `host` is how a browser would say it.
    pub(super) async fn name(&self, pattern: &Pattern, name: &str, host: &str) -> Sight {
        let seen = self.led(pattern, name, host).await;
        Sight { subject: name.to_owned(), works: seen.is_ok(), detail: seen.unwrap_or_else(|trouble| trouble) }
    }

    async fn led(&self, pattern: &Pattern, name: &str, host: &str) -> Result<String, String> {
        let resolved = self.surroundings.resolve(name).await;
        let addresses = resolved.map_err(|why| {
            format!(
                "The DNS cannot be asked for {name}: {why}. Is the resolver of this machine right (/etc/resolv.conf)?"
            )
        })?;
        if addresses.is_empty() {
            return Err(format!("The DNS knows no {name}. Add the record {}.", self.record(name)));
        }
        let tried = addresses.iter().take(MOST);
        let answers = join_all(tried.map(async |address| (address, self.answers(pattern, host, *address).await))).await;
        if let Some((address, Err(trouble))) = answers.into_iter().find(|(_, answer)| answer.is_err()) {
            return Err(format!("{name} leads to {address}. {trouble}"));
        }
        let all: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let private = addresses.iter().all(|address| is_private(*address));
        let note = if private { " It is a private address: only machines of the same network reach it." } else { "" };
        Ok(format!("It leads to {}, and this server answers there.{note}", all.join(", ")))
    }

    /// The record that is missing.
    fn record(&self, name: &str) -> String {
        match self.place.address {
            Some(address @ IpAddr::V4(_)) => format!("`{name}. A {address}`"),
            Some(address @ IpAddr::V6(_)) => format!("`{name}. AAAA {address}`"),
            None => format!("`{name}. A` with the address of this machine"),
        }
    }
}
