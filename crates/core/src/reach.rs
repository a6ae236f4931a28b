//! The reach: how people get to their sandboxes, why in this way, and what is not as good as it could be.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use thon_domain::address::{Addresses, Pattern};

/// How sandboxes are reached. Clones are one and the same.
#[derive(Clone, Debug)]
pub struct Reach {
    pub addresses: Addresses,
    /// Why it is this tier, in a sentence.
    pub why: String,
    /// What somebody should know of it, a sentence each.
    pub warnings: Vec<String>,
    /// Ports of sandboxes at which nobody can be let in, and why.
    closed: Arc<Mutex<BTreeMap<u16, String>>>,
}

impl Reach {
    /// How addresses are written, why so, and what is wrong with it.
    pub fn new(addresses: Addresses, why: impl Into<String>, mut warnings: Vec<String>) -> Self {
        warnings.extend(addresses.all().filter(|it| it.is_outward()).filter_map(standing));
        Self { addresses, why: why.into(), warnings, closed: Arc::default() }
    }

    /// Hears which ports cannot be opened now.
    pub fn keep_closed(&self, ports: BTreeMap<u16, String>) {
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner) = ports;
    }

    /// Everything that somebody should know now.
    pub fn concerns(&self) -> Vec<String> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let closed =
            closed.iter().map(|(port, why)| format!("The sandbox at port {port} cannot be reached there: {why}."));
        self.warnings.iter().cloned().chain(closed).collect()
    }
}

/// What is always so in a tier.
fn standing(pattern: &Pattern) -> Option<String> {
    match pattern {
        Pattern::Path { .. } => Some(
            "All sandboxes share one origin with the dashboard: whatever runs in one can act as whoever opens it. \
             Set a domain with a wildcard name in the DNS instead."
                .to_owned(),
        ),
        Pattern::Address { .. } => Some(
            "Sandboxes are told apart by the ports of one address, and cookies know no ports: a page in one can set \
             cookies that others are sent. A domain with a wildcard name in the DNS is stronger."
                .to_owned(),
        ),
        _ => None,
    }
}
