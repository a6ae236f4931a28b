//! The port to what stands between browsers and sandboxes.

use std::{path::PathBuf, sync::Arc};

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

    /// Brings what lies outside of this process in line with the routes, and with what else it is made of. Does nothing when
    /// that is so already.
    ///
    /// # Errors
    /// When it could not be; what was good before is in force then.
    async fn sync(&self) -> Result<(), ProxyError> {
        Ok(())
    }

    /// Takes away what lies outside of this process. The next `sync` brings it back.
    ///
    /// # Errors
    /// When it could not be taken away.
    async fn clear(&self) -> Result<(), ProxyError> {
        Ok(())
    }

    /// Comes back when something changed that `sync` would bring in line.
    async fn stale(&self) {
        std::future::pending::<()>().await;
    }

    /// How what lies outside of this process stands; `None` where nothing does.
    async fn outside(&self) -> Option<Outside> {
        None
    }

    /// Has an editor do what its first visitor would else wait for. Nothing depends on it, so a proxy may leave it.
    async fn warm(&self, _route: &Route) {}
}

/// How a server that stands in front stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// What it does, for example `front`.
    pub form: &'static str,
    /// Its version, when it is installed.
    pub version: Option<String>,
    /// Where its main file of ours is, whether it is there or not.
    pub path: PathBuf,
    /// Its files of ours that are there.
    pub files: Vec<PathBuf>,
    /// The ports of sandboxes that it leads to by itself.
    pub ports: Vec<u16>,
    /// Whether there is a certificate that it can show.
    pub has_certificate: bool,
    /// Whether it runs with what it should.
    pub in_line: bool,
    /// Why not.
    pub trouble: Option<String>,
    /// How often it was told to take something new.
    pub reloads: u64,
}

/// Why the routes are not in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It is not there, or does not answer. Trying again helps.
    #[error("{0}")]
    Unavailable(String),
    /// It does not take what it was told. Somebody has to change something.
    #[error("{0}")]
    Rejected(String),
}

/// Why an editor is not ready.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    #[error("the editor does not answer yet: {0}")]
    NotReady(String),
    #[error("another editor answers at this address")]
    Foreign,
}
