//! The edge: everything that requests to sandboxes share.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use http::{HeaderMap, HeaderValue, Response};
use thon_domain::{route::RouteTable, slug::Slug};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::{
    body::Body,
    cookie,
    entrance::Entrance,
    gatekeeper::{Admission, Gatekeeper, Refusal},
    here::Mark,
    host::Hosts,
    outer::{AtPorts, Outer},
    page::{Page, Pages},
    standing::{Standing, Standings},
    visit::Visit,
};

/// The reverse proxy to the sandboxes. Clones are one and the same.
#[derive(Clone)]
pub struct Edge(pub(crate) Arc<Plane>);

pub(crate) struct Plane {
    pub hosts: Hosts,
    pub gatekeeper: Arc<dyn Gatekeeper>,
    pub pages: Pages,
    pub mark: Mark,
    /// Open tunnels; whoever ends the program waits for them as long as it likes.
    pub tunnels: TaskTracker,
    standings: ArcSwap<Standings>,
    /// The ports at which the sandboxes of the table are reached.
    public_ports: watch::Sender<BTreeSet<u16>>,
    /// Tables are applied one after the other; requests never wait for it.
    applying: Mutex<()>,
}

impl Edge {
    /// Makes an edge without any route.
    ///
    /// `tunnels` is where open tunnels run.
    pub fn new(hosts: Hosts, gatekeeper: Arc<dyn Gatekeeper>, tunnels: TaskTracker) -> Self {
        Self(Arc::new(Plane {
            hosts,
            gatekeeper,
            pages: Pages::new(),
            mark: Mark::new(),
            tunnels,
            standings: ArcSwap::default(),
            public_ports: watch::Sender::default(),
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
        let ports: BTreeSet<u16> = table.iter().filter_map(|route| route.public_port).collect();
        self.0.public_ports.send_if_modified(|known| std::mem::replace(known, ports) != *known);
    }

    /// What this server tells at [`here::PATH`](crate::here::PATH), and no other.
    pub fn mark(&self) -> &HeaderValue {
        self.0.mark.value()
    }

    /// The ports at which the sandboxes of the table are reached, whether somebody listens there or not.
    pub fn public_ports(&self) -> watch::Receiver<BTreeSet<u16>> {
        self.0.public_ports.subscribe()
    }

    /// Puts the edge around the service for the dashboard's names.
    ///
    /// That service sees no request for any other name.
    pub fn wrap<S>(&self, inner: S) -> Outer<S> {
        Outer::new(self.clone(), inner)
    }

    /// The service for the sandboxes' own ports. It asks for the [`LocalPort`](crate::LocalPort) of a request.
    pub fn at_ports(&self) -> AtPorts {
        AtPorts::new(self.clone())
    }
}

impl Plane {
    pub(crate) fn standing(&self, slug: &Slug) -> Option<Arc<Standing>> {
        self.standings.load().find(slug).cloned()
    }

    /// A page of THON's own, in the sandbox's place.
    pub(crate) fn show(&self, visit: &Visit, page: &Page<'_>) -> Response<Body> {
        self.pages.show(page, &visit.entrance.prefix)
    }

    pub(crate) fn slug_at(&self, public_port: u16) -> Option<Slug> {
        self.standings.load().at(public_port).cloned()
    }

    /// Whether the sender of a request may come in by this door.
    ///
    /// Where a port shares its origin with the editor, whoever may open that has its cookie alone.
    pub(crate) async fn admit(&self, headers: &HeaderMap, entrance: &Entrance) -> Result<Admission, Refusal> {
        let mut refusal = None;
        for cookie in cookie::of(headers, entrance) {
            match self.gatekeeper.admit(Some(cookie), &entrance.doorway).await {
                Err(Refusal::Unknown) => {}
                Err(known) => refusal = Some(known),
                admitted => return admitted,
            }
        }
        match refusal {
            Some(refusal) => Err(refusal),
            None => self.gatekeeper.admit(None, &entrance.doorway).await,
        }
    }
}
