//! The routes as the reconciler sees them, brought into force whenever one changes.

use std::{collections::BTreeMap, sync::Arc};

use thon_domain::{
    id::InstanceId,
    route::{Route, RouteTable},
};
use tokio::sync::{Mutex, MutexGuard};

use crate::port::proxy::{ProbeError, ReverseProxy};

/// Shared by all steps; the lock makes tables arrive in order.
#[derive(Clone)]
pub(super) struct Routes {
    proxy: Arc<dyn ReverseProxy>,
    table: Arc<Mutex<BTreeMap<InstanceId, Route>>>,
}

impl Routes {
    pub fn new(proxy: Arc<dyn ReverseProxy>) -> Self {
        Self { proxy, table: Arc::default() }
    }

    /// All of them; none changes while this is held.
    pub async fn all(&self) -> MutexGuard<'_, BTreeMap<InstanceId, Route>> {
        self.table.lock().await
    }

    /// Brings a route into force, if it is new or not what it was.
    pub async fn set(&self, route: Route) {
        let mut table = self.table.lock().await;
        if table.get(&route.instance) != Some(&route) {
            table.insert(route.instance, route);
            self.apply(&table).await;
        }
    }

    /// Takes a route away.
    pub async fn forget(&self, instance: InstanceId) {
        let mut table = self.table.lock().await;
        if table.remove(&instance).is_some() {
            self.apply(&table).await;
        }
    }

    pub async fn probe(&self, route: &Route) -> Result<(), ProbeError> {
        self.proxy.probe(route).await
    }

    async fn apply(&self, routes: &BTreeMap<InstanceId, Route>) {
        let table: RouteTable = routes.values().cloned().collect();
        if let Err(error) = self.proxy.apply(Arc::new(table)).await {
            tracing::error!(%error, "the routes are not in force");
        }
    }
}
