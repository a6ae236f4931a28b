//! The edge: everything that requests to sandboxes share.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use http::HeaderMap;
use thon_domain::{route::RouteTable, slug::Slug};
use tokio_util::task::TaskTracker;

use crate::{
    cookie,
    gatekeeper::{Admission, Gatekeeper, Refusal},
    host::Hosts,
    outer::Outer,
    page::Pages,
    standing::{Standing, Standings},
};

/// The reverse proxy to the sandboxes. Clones are one and the same.
#[derive(Clone)]
pub struct Edge(pub(crate) Arc<Plane>);

pub(crate) struct Plane {
    pub hosts: Hosts,
    /// The dashboard's origin, without a slash at the end.
    pub dashboard: String,
    pub gatekeeper: Arc<dyn Gatekeeper>,
    pub pages: Pages,
    /// Open tunnels; whoever ends the program waits for them as long as it likes.
    pub tunnels: TaskTracker,
    standings: ArcSwap<Standings>,
    /// Tables are applied one after the other; requests never wait for it.
    applying: Mutex<()>,
}

impl Edge {
    /// Makes an edge without any route.
    ///
    /// `dashboard` is the origin to which people are sent who are not signed in; `tunnels` is where open tunnels run.
    pub fn new(
        hosts: Hosts,
        dashboard: impl Into<String>,
        gatekeeper: Arc<dyn Gatekeeper>,
        tunnels: TaskTracker,
    ) -> Self {
        Self(Arc::new(Plane {
            hosts,
            dashboard: dashboard.into().trim_end_matches('/').to_owned(),
            gatekeeper,
            pages: Pages::new(),
            tunnels,
            standings: ArcSwap::default(),
            applying: Mutex::new(()),
        }))
    }

    /// Replaces the routes.
    ///
    /// Tunnels whose upstream stays the same notice nothing; those of others are cut.
    pub fn apply(&self, table: &RouteTable) {
        let _one_at_a_time = self.0.applying.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.0.standings.load_full();
        let new = Arc::new(old.succeeded_by(table));
        self.0.standings.store(Arc::clone(&new));
        old.retire_for(&new);
    }

    /// Puts the edge around the service for the dashboard's names.
    ///
    /// That service sees no request for any other name.
    pub fn wrap<S>(&self, inner: S) -> Outer<S> {
        Outer::new(self.clone(), inner)
    }
}

impl Plane {
    pub(crate) fn standing(&self, slug: &Slug) -> Option<Arc<Standing>> {
        self.standings.load().find(slug).cloned()
    }

    /// The editor's cookie in a request, if there is exactly one.
    pub(crate) fn cookie<'a>(&self, headers: &'a HeaderMap) -> Result<&'a str, Refusal> {
        cookie::only(headers, cookie::editor_name(self.hosts.is_secure())).ok_or(Refusal::Unknown)
    }

    pub(crate) async fn admit(&self, headers: &HeaderMap, slug: &Slug) -> Result<Admission, Refusal> {
        self.gatekeeper.admit(self.cookie(headers)?, slug).await
    }
}
