//! The outlook: do the addresses that people are shown lead here?
//!
//! This machine asks its own DNS and knocks at its own doors. Nobody outside is asked: what only another network could
//! tell, such as a firewall in between, the page of a sandbox finds out from its viewer's browser.

mod door;
mod name;
mod ports;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::join_all;
use serde::Serialize;
use thon_domain::address::{Pattern, PortRange};
use tokio::{sync::Mutex, time::timeout};

use crate::{
    actor::{Action, Actor},
    clock::Clock,
    error::Error,
    port::{proxy::ReverseProxy, surroundings::Surroundings},
    reach::Reach,
};

/// How long a look may take in all.
const PATIENCE: Duration = Duration::from_secs(4);

/// How old may be what pages show.
const FRESH: Duration = Duration::from_secs(30);

/// A label that leads to nobody's sandbox, so that only a record for all names answers for it.
const NOBODY: &str = "thon-looks-whether-all-names-lead-here";

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sight {
    /// A name, an address, or a range of ports.
    pub subject: String,
    pub works: bool,
    /// What was seen, and what to do where it does not work.
    pub detail: String,
}

/// What this server knows of its own place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address under which it is reached, as far as that is known.
    pub address: Option<IpAddr>,
    /// Where sandboxes have ports, the address at which they are opened.
    pub host: IpAddr,
    /// The ports that are given to sandboxes.
    pub ports: PortRange,
}

/// The use case of looking around. Clones share what was seen.
#[derive(Clone)]
pub struct Outlook(Arc<Inner>);

struct Inner {
    reach: Reach,
    place: Place,
    proxy: Arc<dyn ReverseProxy>,
    surroundings: Arc<dyn Surroundings>,
    clock: Arc<dyn Clock>,
    /// Locked while somebody looks: who asks meanwhile waits for the same.
    seen: Mutex<Option<(Instant, Vec<Sight>)>>,
}

impl Outlook {
    pub fn new(
        reach: Reach,
        place: Place,
        proxy: Arc<dyn ReverseProxy>,
        surroundings: Arc<dyn Surroundings>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self(Arc::new(Inner { reach, place, proxy, surroundings, clock, seen: Mutex::default() }))
    }

    /// How addresses are written.
    pub fn reach(&self) -> &Reach {
        &self.0.reach
    }

    /// What there is to see, half a minute old at most.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn sights(&self, actor: &Actor) -> Result<Vec<Sight>, Error> {
        actor.may(Action::SeeSystem)?;
        Ok(self.0.seen_within(FRESH).await)
    }

    /// What there is to see now.
    ///
    /// # Errors
    /// As [`Outlook::sights`].
    pub async fn look(&self, actor: &Actor) -> Result<Vec<Sight>, Error> {
        actor.may(Action::SeeSystem)?;
        Ok(self.0.seen_within(Duration::ZERO).await)
    }
}

impl Inner {
    async fn seen_within(&self, age: Duration) -> Vec<Sight> {
        let asked = self.clock.monotonic();
        let mut seen = self.seen.lock().await;
        if let Some((_, sights)) = seen.as_ref().filter(|(at, _)| *at + age > asked) {
            return sights.clone();
        }
        let at = self.clock.monotonic();
        let sights = join_all(self.reach.addresses.all().map(|pattern| self.in_time(pattern))).await.concat();
        *seen = Some((at, sights.clone()));
        sights
    }

    async fn in_time(&self, pattern: &Pattern) -> Vec<Sight> {
        timeout(PATIENCE, self.at(pattern)).await.unwrap_or_else(|_| {
            let detail =
                format!("Nothing was found out within {} s: the DNS or a port does not answer.", PATIENCE.as_secs());
            vec![Sight { subject: pattern.dashboard_host(), works: false, detail }]
        })
    }

    async fn at(&self, pattern: &Pattern) -> Vec<Sight> {
        match pattern {
            Pattern::Local { .. } | Pattern::Path { .. } => vec![self.dashboard(pattern).await],
            Pattern::Loopback { .. } => vec![self.ports(pattern).await],
            Pattern::Address { .. } => {
                let (dashboard, ports) = tokio::join!(self.dashboard(pattern), self.ports(pattern));
                vec![dashboard, ports]
            }
            Pattern::Domain { .. } => {
                let (dashboard, sandboxes) = tokio::join!(self.dashboard(pattern), self.all_names(pattern));
                vec![dashboard, sandboxes]
            }
        }
    }
}

#[cfg(test)]
mod tests;
