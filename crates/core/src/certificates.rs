//! The certificate of this server: made when one is wanted, kept in files, renewed in time, handed on as it changes.

pub mod challenges;
mod shelf;
mod standing;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use thon_domain::live::{Cause, Change};
use thon_store::{Stamp, Store};
use tokio::{
    sync::{Mutex, Notify, watch},
    time::timeout,
};

pub use self::{
    shelf::Shelf,
    standing::{Held, Standing, Status, Trouble},
};
use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    port::certificate_authority::{
        AuthorityError, Bundle, Certificate, CertificateAuthority, CertificateName, CertificateRequest, Issued,
    },
};

/// How long somebody who asks for a new certificate waits for it.
const RENEWED_WITHIN: Duration = Duration::from_mins(1);

/// The use cases of the certificate. Clones share it.
#[derive(Clone)]
pub struct Certificates(Arc<Inner>);

struct Inner {
    store: Store,
    nature: Nature,
    authority: Arc<dyn CertificateAuthority>,
    /// What it is for; `None` when the server is reached without TLS.
    request: Option<CertificateRequest>,
    shelf: Shelf,
    /// What is in use, and who made it. Locked while another is made.
    held: Mutex<Option<Issued>>,
    current: watch::Sender<Option<Arc<Bundle>>>,
    standing: watch::Sender<Standing>,
    /// Whether somebody wants another, whatever the one in use is like.
    asked: AtomicBool,
    poke: Notify,
}

impl Certificates {
    pub fn new(
        store: Store,
        nature: Nature,
        authority: Arc<dyn CertificateAuthority>,
        request: Option<CertificateRequest>,
        shelf: Shelf,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            nature,
            authority,
            request,
            shelf,
            held: Mutex::default(),
            current: watch::Sender::default(),
            standing: watch::Sender::default(),
            asked: AtomicBool::default(),
            poke: Notify::default(),
        }))
    }

    /// The certificate and key to answer with, as they change. Nothing before the first is there, or where none is wanted.
    pub fn current(&self) -> watch::Receiver<Option<Arc<Bundle>>> {
        self.0.current.subscribe()
    }

    /// Whether the server is reached over TLS at all.
    pub fn is_wanted(&self) -> bool {
        self.0.request.is_some()
    }

    /// The files of the chain and of the key, for a server in front that reads them itself.
    pub fn files(&self) -> (PathBuf, PathBuf) {
        (self.0.shelf.chain(), self.0.shelf.key())
    }

    /// Asks for a look now.
    pub fn poke(&self) {
        self.0.poke.notify_one();
    }

    /// Comes back when somebody asked for a look.
    pub(crate) async fn poked(&self) {
        self.0.poke.notified().await;
    }

    /// How the certificate stands.
    ///
    /// # Errors
    /// `Forbidden` for those who do not run the event.
    pub fn status(&self, actor: &Actor) -> Result<Status, Error> {
        actor.may(Action::SeeSystem)?;
        Ok(self.told())
    }

    /// Has another certificate made, whatever the one in use is like, and waits for it.
    ///
    /// # Errors
    /// `Forbidden` for all but admins; `Conflict` where none is wanted, and with the reason when it could not be made.
    pub async fn renew(&self, actor: &Actor) -> Result<Status, Error> {
        actor.may(Action::RenewCertificate)?;
        if !self.is_wanted() {
            let hint = "Set `nginx.domain`, `external_ip` or `edge.https_port`, then restart.";
            return Err(Error::conflict("this server is reached without TLS, so it has no certificate", hint));
        }
        let stamp = Stamp { at: self.0.nature.clock.now(), cause: actor.cause() };
        self.0.store.write(stamp, |w| Ok::<_, Error>(w.record(Change::CertificateAsked).map(drop)?)).await?;
        let mut standing = self.0.standing.subscribe();
        let before = standing.borrow_and_update().attempts;
        self.0.asked.store(true, Ordering::SeqCst);
        self.poke();
        let made = timeout(RENEWED_WITHIN, standing.wait_for(|standing| standing.attempts > before)).await;
        drop(made.map_err(|_| slow())?.map_err(|_| slow())?);
        let status = self.told();
        match &status.standing.trouble {
            Some(trouble) => Err(not_made(trouble.reason.clone())),
            None => Ok(status),
        }
    }

    /// The certificate that people have to trust to come here without a warning; none when they need none. Anybody may ask.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be read now.
    pub async fn root(&self) -> Result<Option<Certificate>, Error> {
        let Some(root) = self.0.authority.root().await? else { return Ok(None) };
        let standing = self.0.standing.borrow();
        let issued = standing.held.as_ref().is_some_and(|held| held.certificate.issuer == root.subject);
        Ok(issued.then_some(root))
    }

    fn told(&self) -> Status {
        let inner = &self.0;
        Status {
            authority: inner.authority.name(),
            wanted: inner.request.as_ref().map(|request| inner.authority.names(request)).unwrap_or_default(),
            standing: inner.standing.borrow().clone(),
            now: inner.nature.clock.now(),
        }
    }

    /// Looks whether another certificate is due, and has it made.
    ///
    /// # Errors
    /// When one is due and could not be made. The one before stays in use.
    pub async fn look(&self) -> Result<(), Error> {
        let Some(request) = &self.0.request else { return Ok(()) };
        let mut held = self.0.held.lock().await;
        if held.is_none() {
            *held = self.0.kept(request).await;
            self.0.publish(held.as_ref());
        }
        let asked = self.0.asked.swap(false, Ordering::SeqCst);
        let Some(due) = self.0.due(request, held.as_ref(), asked).await else { return Ok(()) };
        tracing::info!(authority = self.0.authority.name(), "a certificate is due: {due}");
        match self.0.made(request, held.as_ref()).await {
            Ok(issued) => {
                *held = Some(issued);
                self.0.publish(held.as_ref());
                self.0.succeeded(held.as_ref()).await
            }
            Err(error) => Err(self.0.failed(error).await),
        }
    }
}

impl Inner {
    /// What lies on the shelf from an earlier run, if it may still be used.
    async fn kept(&self, request: &CertificateRequest) -> Option<Issued> {
        let files = self.shelf.clone();
        let kept = tokio::task::spawn_blocking(move || files.load()).await.ok().flatten()?;
        let usable = self.checked(request, &kept);
        if let Err(error) = &usable {
            tracing::info!(%error, "the certificate of an earlier run is not used");
        }
        usable.is_ok().then_some(kept)
    }

    /// Why another certificate is due, if it is.
    async fn due(&self, request: &CertificateRequest, held: Option<&Issued>, asked: bool) -> Option<&'static str> {
        if asked {
            return Some("somebody asked for it");
        }
        let now = self.nature.clock.now();
        let waits = self.standing.borrow().trouble.as_ref().is_some_and(|trouble| now < trouble.next_try_at);
        if waits {
            return None;
        }
        let Some(held) = held else { return Some("there is none") };
        if self.checked(request, held).is_err() {
            return Some("the one in use is over");
        }
        if held.bundle.certificate.renew_at() <= now {
            return Some("two thirds of the life of the one in use are over");
        }
        self.authority.has_newer(request, held).await.then_some("there is another to use now")
    }

    async fn made(&self, request: &CertificateRequest, held: Option<&Issued>) -> Result<Issued, AuthorityError> {
        let issued = match held {
            Some(held) => self.authority.renew(request, held).await?,
            None => self.authority.issue(request).await?,
        };
        self.checked(request, &issued)?;
        let (files, stored) = (self.shelf.clone(), issued.clone());
        let stored = tokio::task::spawn_blocking(move || files.store(&stored)).await;
        let stored = stored.map_err(|error| AuthorityError::unavailable(error.to_string()))?;
        stored.map_err(|error| {
            let chain = self.shelf.chain();
            AuthorityError::unavailable(format!("it was made and cannot be written to {}: {error}", chain.display()))
        })?;
        Ok(issued)
    }

    /// Makes sure that a certificate is good now, and for everything that it should be for.
    fn checked(&self, request: &CertificateRequest, issued: &Issued) -> Result<(), AuthorityError> {
        let Issued { bundle: Bundle { certificate, .. }, provider, .. } = issued;
        let Certificate { not_before, not_after, names, .. } = certificate;
        if !certificate.is_good_at(self.nature.clock.now()) {
            return Err(AuthorityError::rejected(format!("it is good from {not_before} to {not_after}, not now")));
        }
        let wanted = self.authority.names_by(provider, request);
        let lacks: Vec<String> = certificate.lacks(&wanted).iter().map(ToString::to_string).collect();
        if lacks.is_empty() {
            return Ok(());
        }
        let own: Vec<String> = names.iter().map(CertificateName::to_string).collect();
        Err(AuthorityError::rejected(format!("it is for {}, not for {}", own.join(", "), lacks.join(", "))))
    }

    /// Hands a certificate on to everybody who answers with it.
    fn publish(&self, held: Option<&Issued>) {
        self.standing.send_modify(|standing| standing.held = held.map(Held::from));
        self.current.send_replace(held.map(|held| Arc::new(held.bundle.clone())));
    }

    async fn succeeded(&self, held: Option<&Issued>) -> Result<(), Error> {
        self.standing.send_modify(|standing| {
            standing.attempts += 1;
            standing.trouble = None;
        });
        let Some(Issued { bundle, provider, why }) = held else { return Ok(()) };
        tracing::info!(provider, until = %bundle.not_after(), "a new certificate is in use: {why}");
        let names = bundle.names().iter().map(CertificateName::to_string).collect();
        let change = Change::CertificateIssued { provider: provider.clone(), names, not_after: bundle.not_after() };
        self.record(change).await
    }

    /// Remembers why there is no new one. The log has an entry for each reason, not for each try.
    async fn failed(&self, error: AuthorityError) -> Error {
        let (reason, now) = (error.to_string(), self.nature.clock.now());
        tracing::warn!(authority = self.authority.name(), reason, "no certificate could be made");
        let before = self.standing.borrow().trouble.clone();
        let is_news = before.as_ref().is_none_or(|before| before.reason != reason);
        self.standing.send_modify(|standing| {
            standing.attempts += 1;
            standing.trouble = Some(Trouble::after(before.as_ref(), reason.clone(), now));
        });
        let provider = self.authority.name().to_owned();
        if is_news && let Err(error) = self.record(Change::CertificateFailed { provider, reason }).await {
            tracing::warn!(%error, "that no certificate could be made stands in no history");
        }
        error.into()
    }

    async fn record(&self, change: Change) -> Result<(), Error> {
        let stamp = Stamp { at: self.nature.clock.now(), cause: Cause::thon() };
        self.store.write(stamp, move |w| Ok(w.record(change)?)).await.map(drop)
    }
}

fn slow() -> Error {
    let hint = "It goes on by itself; `thon cert status` tells what became of it.";
    Error::conflict("The certificate is not there after a minute", hint)
}

fn not_made(reason: String) -> Error {
    Error::conflict(reason, "The certificate before stays in use. Mend the cause, then `thon cert renew`.")
}

impl From<AuthorityError> for Error {
    fn from(error: AuthorityError) -> Self {
        match error {
            AuthorityError::Unavailable { reason } => {
                Self::Unavailable { service: "The certificate authority", reason }
            }
            AuthorityError::Rejected { reason } | AuthorityError::NotFound { reason } => not_made(reason),
        }
    }
}

#[cfg(test)]
mod tests;
