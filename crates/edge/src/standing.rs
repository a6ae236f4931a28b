//! What stands behind each name now: the route, since when, and the link to its editor.

use std::{collections::HashMap, sync::Arc, time::Instant};

use thon_domain::{
    instance::State,
    route::{Route, RouteTable},
    slug::Slug,
};

use crate::link::Link;

pub(crate) struct Standing {
    pub route: Route,
    /// Since when the edge has seen it in this state.
    since: Instant,
    /// There while the route has an upstream.
    pub link: Option<Arc<Link>>,
}

impl Standing {
    /// The link, if requests may go through it.
    pub(crate) fn open_link(&self) -> Option<&Arc<Link>> {
        self.link.as_ref().filter(|_| self.route.state == State::Running)
    }

    /// The state as a visitor sees it: without an upstream nothing runs yet.
    pub(crate) fn state(&self) -> State {
        if self.route.state == State::Running && self.link.is_none() { State::Pending } else { self.route.state }
    }

    pub(crate) fn elapsed_s(&self) -> u64 {
        self.since.elapsed().as_secs()
    }

    /// The standing of a route that takes the place of this one.
    fn succeeded_by(self: &Arc<Self>, route: &Route) -> Arc<Self> {
        if self.route == *route {
            return Arc::clone(self);
        }
        let is_same = self.route.instance == route.instance && self.route.upstream == route.upstream;
        let link = if is_same { self.link.clone() } else { connect(route) };
        let since = if self.route.state == route.state { self.since } else { Instant::now() };
        Arc::new(Self { route: route.clone(), since, link })
    }

    fn new(route: &Route) -> Arc<Self> {
        Arc::new(Self { route: route.clone(), since: Instant::now(), link: connect(route) })
    }
}

/// All standings. Never changed, only replaced.
#[derive(Default)]
pub(crate) struct Standings {
    by_slug: HashMap<Slug, Arc<Standing>>,
    by_port: HashMap<u16, Slug>,
}

impl Standings {
    pub(crate) fn find(&self, slug: &Slug) -> Option<&Arc<Standing>> {
        self.by_slug.get(slug)
    }

    /// The sandbox that is reached at a port.
    pub(crate) fn at(&self, public_port: u16) -> Option<&Slug> {
        self.by_port.get(&public_port)
    }

    /// The standings of a new table. Links whose upstream stays are taken over with all that is open through them.
    pub(crate) fn succeeded_by(&self, table: &RouteTable) -> Self {
        let standing = |route: &Route| match self.by_slug.get(&route.slug) {
            Some(old) => old.succeeded_by(route),
            None => Standing::new(route),
        };
        Self {
            by_slug: table.iter().map(|route| (route.slug.clone(), standing(route))).collect(),
            by_port: table.iter().filter_map(|route| Some((route.public_port?, route.slug.clone()))).collect(),
        }
    }

    /// Cuts what is open through links that a successor has not taken over.
    pub(crate) fn retire_for(&self, successor: &Self) {
        for (slug, standing) in &self.by_slug {
            let Some(link) = &standing.link else { continue };
            let kept = successor.find(slug).and_then(|next| next.link.as_ref());
            if !kept.is_some_and(|kept| Arc::ptr_eq(kept, link)) {
                link.retire();
            }
        }
    }
}

pub(crate) fn connect(route: &Route) -> Option<Arc<Link>> {
    let upstream = route.upstream.as_ref()?;
    match Link::new(route, upstream) {
        Ok(link) => Some(Arc::new(link)),
        Err(error) => {
            tracing::error!(slug = %route.slug, %error, "no link can be made to this upstream");
            None
        }
    }
}
