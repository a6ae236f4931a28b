//! The reverse proxy inside this process: THON's own edge.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use thon_core::port::proxy::{ProbeError, ProxyError, ReverseProxy};
use thon_domain::route::{Route, RouteTable};
use thon_edge::Edge;

/// Leads requests through the edge of this process.
pub struct Embedded {
    edge: Edge,
    /// What the edge was last given.
    in_force: Mutex<Arc<RouteTable>>,
}

impl Embedded {
    /// Takes the edge that requests come through, and empties its routes.
    pub fn new(edge: Edge) -> Self {
        edge.apply(&RouteTable::default());
        Self { edge, in_force: Mutex::default() }
    }
}

#[async_trait]
impl ReverseProxy for Embedded {
    async fn apply(&self, table: Arc<RouteTable>) -> Result<(), ProxyError> {
        // Held over both, so that what is told is what is in force.
        let mut in_force = self.in_force.lock().unwrap_or_else(PoisonError::into_inner);
        self.edge.apply(&table);
        *in_force = table;
        Ok(())
    }

    fn in_force(&self) -> Arc<RouteTable> {
        self.in_force.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn probe(&self, route: &Route) -> Result<(), ProbeError> {
        self.edge.probe(route).await.map_err(|error| match error {
            thon_edge::ProbeError::WrongUpstream => ProbeError::Foreign,
            other => ProbeError::NotReady(other.to_string()),
        })
    }

    async fn warm(&self, route: &Route) {
        if let Err(error) = self.edge.warm(route).await {
            tracing::debug!(slug = %route.slug, %error, "an editor stays as cold as it was");
        }
    }
}
