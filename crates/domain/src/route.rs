//! The route: which sandbox stands behind a host name.

use std::{collections::BTreeMap, fmt, net::SocketAddr};

use crate::{
    id::{InstanceId, UserId},
    instance::State,
    slug::Slug,
};

/// What the edge proves itself with to an editor: code-server's `HASHED_PASSWORD`.
///
/// Whoever knows it is let into the editor, so it is neither printed nor serialised. code-server compares the cookie
/// `code-server-session` with it as it stands; no password with this hash exists, unless the editor asks the person for one.
#[derive(Clone, PartialEq, Eq)]
pub struct EditorSecret(String);

impl EditorSecret {
    pub fn new(hash: impl Into<String>) -> Self {
        Self(hash.into())
    }

    /// The secret itself, for the two places that need it: the sandbox's environment and the edge's request.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EditorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EditorSecret(…)")
    }
}

/// Where the editor listens and how to get in; known while a sandbox is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    pub address: SocketAddr,
    pub secret: EditorSecret,
    /// Whether the person lets themselves in with a password, so that the edge does not send the secret for them.
    pub asks_password: bool,
}

/// One sandbox behind one host name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub slug: Slug,
    pub instance: InstanceId,
    pub user: UserId,
    pub state: State,
    /// Why it is not running, in words for its owner.
    pub reason: Option<String>,
    /// Whether the files outlive the sandbox.
    pub keeps_files: bool,
    /// The port at which the sandbox is reached where it has no name; the instance's for life.
    pub public_port: Option<u16>,
    pub upstream: Option<Upstream>,
}

/// All routes, by slug.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteTable(BTreeMap<Slug, Route>);

impl RouteTable {
    pub fn route(&self, slug: &Slug) -> Option<&Route> {
        self.0.get(slug)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.0.values()
    }
}

impl FromIterator<Route> for RouteTable {
    fn from_iter<I: IntoIterator<Item = Route>>(routes: I) -> Self {
        Self(routes.into_iter().map(|route| (route.slug.clone(), route)).collect())
    }
}
