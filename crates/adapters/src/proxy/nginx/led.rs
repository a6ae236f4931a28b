//! What nginx leads to by itself: the editors that run, and the ports at which sandboxes are reached.

use std::net::SocketAddr;

use thon_domain::{
    address::Pattern,
    instance::State,
    route::{Route, RouteTable},
    slug::Slug,
};

/// A running editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Editor {
    pub slug: Slug,
    pub upstream: SocketAddr,
}

/// A sandbox's own port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Port {
    pub port: u16,
    /// The editor, where nginx leads to it by itself.
    pub upstream: Option<SocketAddr>,
}

/// Everything that differs when sandboxes come and go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Led {
    pub editors: Vec<Editor>,
    pub ports: Vec<Port>,
}

impl Led {
    /// Takes what the routes and the ways to write addresses make of it; `by_itself` is whether nginx leads to editors.
    pub fn of(table: &RouteTable, patterns: &[Pattern], by_itself: bool) -> Self {
        let has_ports = patterns.iter().any(|pattern| matches!(pattern, Pattern::Address { .. }));
        let upstream = |route: &Route| if by_itself { direct(route) } else { None };
        let editors =
            table.iter().filter_map(|route| Some(Editor { slug: route.slug.clone(), upstream: upstream(route)? }));
        let ports = table.iter().filter(|_| has_ports);
        Self {
            editors: editors.collect(),
            ports: ports.filter_map(|it| Some(Port { port: it.public_port?, upstream: upstream(it) })).collect(),
        }
    }
}

/// The editor's address, where nobody has to type a password: its sign-in is the edge's to watch.
fn direct(route: &Route) -> Option<SocketAddr> {
    let upstream = route.upstream.as_ref().filter(|it| route.state == State::Running && !it.asks_password)?;
    Some(upstream.address)
}
