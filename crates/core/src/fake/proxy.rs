//! A proxy whose routes can be looked at; every editor behind it answers until it is said to be silent.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use thon_domain::{
    route::{Route, RouteTable},
    slug::Slug,
};

use crate::port::proxy::{ProbeError, ProxyError, ReverseProxy};

/// Keeps the table that was applied last.
#[derive(Debug, Default)]
pub struct RouteShelf {
    table: Mutex<Arc<RouteTable>>,
    silent: AtomicBool,
    asked: AtomicUsize,
    warmed: Mutex<Vec<Slug>>,
}

impl RouteShelf {
    /// From now on no editor answers, or all do again.
    pub fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// How often an editor was asked whether it is ready.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The editors that were warmed since this was asked last.
    pub fn take_warmed(&self) -> Vec<Slug> {
        std::mem::take(&mut self.warmed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl ReverseProxy for RouteShelf {
    async fn apply(&self, table: Arc<RouteTable>) -> Result<(), ProxyError> {
        *self.table.lock().unwrap_or_else(PoisonError::into_inner) = table;
        Ok(())
    }

    fn in_force(&self) -> Arc<RouteTable> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn probe(&self, route: &Route) -> Result<(), ProbeError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.silent.load(Ordering::SeqCst) || route.upstream.is_none() {
            return Err(ProbeError::NotReady("silence".to_owned()));
        }
        Ok(())
    }

    async fn warm(&self, route: &Route) {
        self.warmed.lock().unwrap_or_else(PoisonError::into_inner).push(route.slug.clone());
    }
}
