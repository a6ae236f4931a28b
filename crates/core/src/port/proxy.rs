//! The port to what stands between browsers and sandboxes.

use std::sync::Arc;

use async_trait::async_trait;
use thon_domain::route::{Route, RouteTable};

/// Leads requests to sandboxes.
#[async_trait]
pub trait ReverseProxy: Send + Sync + 'static {
    /// Makes the routes exactly these. No open connection of a route that stays is dropped.
    ///
    /// # Errors
    /// When the routes could not be brought into force.
    async fn apply(&self, table: Arc<RouteTable>) -> Result<(), ProxyError>;

    /// The routes that are in force now.
    fn in_force(&self) -> Arc<RouteTable>;

    /// Asks an editor for its health the way a participant's request would reach it.
    ///
    /// # Errors
    /// `NotReady` while nothing good answers, `Foreign` when what answers is not this route's editor.
    async fn probe(&self, route: &Route) -> Result<(), ProbeError>;

    /// Has an editor do what its first visitor would else wait for. Nothing depends on it, so a proxy may leave it.
    async fn warm(&self, _route: &Route) {}
}

/// Why the routes are not in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ProxyError {
    pub reason: String,
}

/// Why an editor is not ready.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    #[error("the editor does not answer yet: {0}")]
    NotReady(String),
    #[error("another editor answers at this address")]
    Foreign,
}
