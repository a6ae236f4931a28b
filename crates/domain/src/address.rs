//! Addresses: how the origins of sandboxes are written, in each of the four tiers.
//!
//! A server has one chosen way to write them, and may answer to others besides. They are shown in the order domain, public,
//! local.

mod door;
mod pattern;
mod port_range;

use serde::{Deserialize, Serialize};

pub use self::{
    door::{Door, Doorway, DoorwayError},
    pattern::{Pattern, Tier},
    port_range::{PortRange, PortRangeError},
};

use crate::slug::Slug;

/// All the ways in which a server writes the addresses of its sandboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Addresses {
    /// The way that people are shown.
    pub chosen: Pattern,
    /// Further ways that work, in the order in which they are shown.
    pub others: Vec<Pattern>,
}

impl Addresses {
    /// The local tier alone.
    pub const fn local(port: u16) -> Self {
        Self { chosen: Pattern::Local { port }, others: Vec::new() }
    }

    /// All ways, the chosen one first.
    pub fn all(&self) -> impl Iterator<Item = &Pattern> {
        std::iter::once(&self.chosen).chain(&self.others)
    }

    /// The origin of the dashboard, without a slash at the end.
    pub fn dashboard(&self) -> String {
        self.chosen.dashboard()
    }

    /// What the addresses have in common, as the head of a list of slugs says it.
    pub fn common(&self) -> String {
        match &self.chosen {
            chosen @ (Pattern::Local { .. } | Pattern::Domain { .. }) => format!(".{}", chosen.dashboard_host()),
            chosen @ (Pattern::Loopback { .. } | Pattern::Address { .. }) => format!("{}:…", chosen.host()),
            chosen @ Pattern::Path { .. } => format!("{}/s/…", chosen.dashboard_host()),
        }
    }

    /// The address of a user's editor, in the first way in which it has one. It ends in a slash.
    ///
    /// `public_port` is the instance's own, once it has one.
    pub fn editor(&self, slug: &Slug, public_port: Option<u16>) -> String {
        self.url(&Doorway::editor(slug.clone()), public_port)
    }

    /// The address of a port inside a user's sandbox, likewise.
    pub fn port(&self, slug: &Slug, public_port: Option<u16>, port: u16) -> String {
        self.url(&Doorway { slug: slug.clone(), door: Door::Port(port) }, public_port)
    }

    /// The address of a door, in the first way in which it has one.
    pub fn url(&self, doorway: &Doorway, public_port: Option<u16>) -> String {
        let found = self.all().find_map(|pattern| pattern.url(doorway, public_port));
        found.unwrap_or_else(|| format!("{}/open/{doorway}", self.dashboard()))
    }

    /// The way of a visitor who came to the dashboard under this `Host`; the chosen one for all others.
    pub fn seen_from(&self, host: &str) -> &Pattern {
        let is_theirs = |pattern: &&Pattern| pattern.dashboard_host().eq_ignore_ascii_case(host);
        self.all().find(is_theirs).unwrap_or(&self.chosen)
    }

    /// The way under the server's domain.
    pub fn domain(&self) -> Option<&Pattern> {
        self.all().find(|pattern| pattern.is_outward() && pattern.is_named())
    }

    /// The way under the server's public address.
    pub fn public(&self) -> Option<&Pattern> {
        self.all().find(|pattern| pattern.is_outward() && !pattern.is_named())
    }

    /// The way on the machine that THON runs on.
    pub fn here(&self) -> Option<&Pattern> {
        self.all().find(|pattern| matches!(pattern, Pattern::Local { .. }))
    }
}

#[cfg(test)]
mod tests;
