//! Addresses: how the origin of a sandbox is written, from the slug and the dashboard's own origin.

use serde::{Deserialize, Serialize};

use crate::slug::Slug;

/// The pattern of all sandbox origins, for example `http://{slug}.localhost:8100`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Addresses {
    /// `http` or `https`.
    pub scheme: String,
    /// What follows the slug: domain and, where it is not the scheme's own, the port. For example `localhost:8100`.
    pub suffix: String,
}

impl Addresses {
    /// The local tier: `*.localhost`, which browsers resolve to this machine (RFC 6761 §6.3).
    pub fn local(port: u16) -> Self {
        let suffix = if port == 80 { "localhost".to_owned() } else { format!("localhost:{port}") };
        Self { scheme: "http".to_owned(), suffix }
    }

    /// The origin of the dashboard, without a slash at the end.
    pub fn dashboard(&self) -> String {
        format!("{}://{}", self.scheme, self.suffix)
    }

    /// The origin of a sandbox, without a slash at the end.
    pub fn origin(&self, slug: &Slug) -> String {
        format!("{}://{slug}.{}", self.scheme, self.suffix)
    }

    /// The address of a user's editor. It ends in a slash: code-server's assets are relative to it.
    pub fn editor(&self, slug: &Slug) -> String {
        format!("{}/", self.origin(slug))
    }
}
