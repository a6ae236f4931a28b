//! What stands in front of THON, where something does: how it stands, bringing it in line, and taking it away.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use thon_domain::live::Change;

use crate::{
    actor::{Action, Actor},
    audit::Audit,
    error::Error,
    port::proxy::{Outside, ProxyError, ReverseProxy},
};

/// How people call it.
const NGINX: &str = "nginx";

/// The use cases of what stands in front. Clones share it.
#[derive(Clone)]
pub struct OuterProxy {
    proxy: Arc<dyn ReverseProxy>,
    audit: Audit,
    /// Whether somebody took it away, so that it stays away until somebody wants it back.
    cleared: Arc<AtomicBool>,
}

impl OuterProxy {
    pub fn new(proxy: Arc<dyn ReverseProxy>, audit: Audit) -> Self {
        Self { proxy, audit, cleared: Arc::default() }
    }

    /// How it stands; `None` where nothing stands in front.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub async fn status(&self, actor: &Actor) -> Result<Option<Outside>, Error> {
        actor.may(Action::SeeSystem)?;
        Ok(self.proxy.outside().await)
    }

    /// Brings it in line now, and keeps it so.
    ///
    /// # Errors
    /// `Forbidden` for all but admins, `Unsupported` where nothing stands in front, `Conflict` with the reason when it does not
    /// take what it is told.
    pub async fn sync(&self, actor: &Actor) -> Result<Outside, Error> {
        actor.may(Action::ChangeProxy)?;
        self.there().await?;
        self.audit.before(actor, Change::ProxyChangeAsked { what: "synced".to_owned() }).await?;
        self.cleared.store(false, Ordering::SeqCst);
        self.proxy.sync().await.map_err(refused)?;
        self.there().await
    }

    /// Takes away all that THON has given it, until somebody asks for it or THON starts again.
    ///
    /// # Errors
    /// As [`OuterProxy::sync`].
    pub async fn clear(&self, actor: &Actor) -> Result<Outside, Error> {
        actor.may(Action::ChangeProxy)?;
        self.there().await?;
        self.audit.before(actor, Change::ProxyChangeAsked { what: "taken away".to_owned() }).await?;
        self.cleared.store(true, Ordering::SeqCst);
        self.proxy.clear().await.map_err(refused)?;
        self.there().await
    }

    async fn there(&self) -> Result<Outside, Error> {
        let none = || Error::Unsupported { what: "no nginx stands in front: `nginx.enabled` is not set".to_owned() };
        self.proxy.outside().await.ok_or_else(none)
    }

    /// Comes back when a look is due.
    pub(crate) async fn stale(&self) {
        self.proxy.stale().await;
    }

    /// Brings it in line, unless somebody took it away.
    pub(crate) async fn look(&self) -> Result<(), Error> {
        if self.cleared.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.proxy.sync().await.map_err(refused)
    }
}

fn refused(error: ProxyError) -> Error {
    match error {
        ProxyError::Unavailable(reason) => Error::conflict(reason, format!("{NGINX} is asked again by itself.")),
        ProxyError::Rejected(reason) => {
            Error::conflict(reason, format!("What {NGINX} had before is still in force. Change this, then sync again."))
        }
    }
}
