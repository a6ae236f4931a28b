//! nginx in front: browsers come to it, and it leads them to THON's own edge.
//!
//! The edge is there in any case: it knows who may enter, answers under the dashboard's names, and asks editors for their
//! health. In the static form nginx leads everything there; in the generated one it leads to running editors by itself, once
//! the edge has said for a request that it may pass. What nginx is told lies in files, which one writer at a time exchanges as a whole, tries first, and puts back when
//! nginx does not take them.

mod files;
mod front_key;
mod led;
mod program;
mod render;
mod site;
#[cfg(test)]
mod tokens;
mod word;

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use thon_core::port::proxy::{Outside, ProbeError, ProxyError, ReverseProxy};
use thon_domain::route::{Route, RouteTable};
use tokio::{
    sync::{Mutex as AsyncMutex, Notify},
    time::{Instant, sleep_until},
};

use self::{
    files::{NAME, Set, Sites},
    led::Led,
    program::Program,
    render::{Rendered, mark_of},
    site::Site,
    word::ServerName,
};
use super::embedded::Embedded;

pub use self::{
    front_key::{front_key, question_key},
    site::{Listen, SiteOptions},
};

/// How long nginx is left alone after it has taken something new. Each reload leaves workers behind until their websockets
/// end; and nobody waits for one, as the edge leads to whatever nginx does not know yet.
const CALM: Duration = Duration::from_secs(10);

/// How nginx is reached, and what it is told.
#[derive(Clone, Debug)]
pub struct NginxOptions {
    /// The program, for example `nginx`.
    pub command: String,
    /// The folder with `nginx.conf`, `sites-available` and `sites-enabled`.
    pub folder: PathBuf,
    /// A folder of THON's own, for tries.
    pub tries: PathBuf,
    /// The file with the header by which THON knows this nginx.
    pub front: PathBuf,
    /// The file with the header by which THON knows its questions, where it leads to editors by itself.
    pub question: Option<PathBuf>,
    /// The operator's own template.
    pub template: Option<PathBuf>,
    pub site: SiteOptions,
}

/// Leads requests through an nginx to the edge of this process.
pub struct Nginx {
    embedded: Embedded,
    options: NginxOptions,
    sites: Sites,
    program: Program,
    /// Held by whoever writes.
    taken: AsyncMutex<Taken>,
    told: Mutex<Told>,
    /// What it leads to by the routes in force, and whether that changed.
    led: Mutex<Led>,
    changed: Notify,
}

/// What nginx has of this process.
#[derive(Debug, Default)]
struct Taken {
    /// Of what it took last.
    stamp: Option<String>,
    /// How often all was taken away. It goes into the mark: what nginx is given after that is told from the same before it,
    /// with which its old workers may still answer.
    cleared: u32,
}

/// How the last exchange went.
#[derive(Clone, Debug, Default)]
struct Told {
    in_line: bool,
    trouble: Option<String>,
    reloads: u64,
    reloaded_at: Option<Instant>,
}

impl Nginx {
    pub fn new(embedded: Embedded, options: NginxOptions) -> Self {
        let program = Program {
            command: options.command.clone(),
            main: options.folder.join("nginx.conf"),
            tries: options.tries.clone(),
        };
        Self {
            embedded,
            sites: Sites::below(&options.folder),
            program,
            options,
            taken: AsyncMutex::default(),
            told: Mutex::default(),
            led: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// The files as they should be.
    fn wanted(&self, besides: &str) -> Result<(Rendered, ServerName), ProxyError> {
        let NginxOptions { site, front, question, template, .. } = &self.options;
        let site = Site::new(site, front, question.as_deref());
        let site = site.map_err(|error| ProxyError::Rejected(error.to_string()))?;
        let rendered = render::render(&site, &self.led(), template.as_deref(), besides)?;
        Ok((rendered, site.name))
    }

    /// What it leads to by itself.
    fn led(&self) -> Led {
        self.led.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn bring_in_line(&self, taken: &mut Taken) -> Result<(), ProxyError> {
        let besides = format!("{} {}", self.certificate()?, taken.cleared);
        let (rendered, name) = self.wanted(&besides)?;
        let set = &rendered.set;
        let stamp = mark_of(&format!("{besides}{set:?}"));
        let _lock = self.begin()?;
        let is_there = self.sites.read().map_err(not_written)? == *set;
        if is_there && taken.stamp.as_ref() == Some(&stamp) {
            return Ok(());
        }
        if !is_there {
            self.program.try_alone(set).await?;
            self.sites.switch(set).map_err(not_written)?;
        }
        let outcome = self.take(&rendered, &name).await;
        if matches!(outcome, Err(Failed::ItDoesNotTakeIt(_))) {
            self.sites.roll_back().map_err(not_written)?;
        }
        self.sites.commit().map_err(not_written)?;
        outcome.map_err(Failed::into_error)?;
        taken.stamp = Some(stamp);
        tracing::info!(files = set.len(), "nginx has its new configuration");
        Ok(())
    }

    /// Has nginx take what lies there.
    async fn take(&self, rendered: &Rendered, name: &ServerName) -> Result<(), Failed> {
        let link = self.sites.link(NAME);
        self.program.try_all(Some(&link)).await.map_err(Failed::ItDoesNotTakeIt)?;
        self.program.reload().await.map_err(Failed::ItDoesNotRun)?;
        self.reloaded();
        let Some(mark) = &rendered.mark else { return Ok(()) };
        self.program.took(self.options.site.listen.http(), name.as_str(), mark).await.map_err(Failed::ItDoesNotTakeIt)
    }

    /// Keeps others from writing, and undoes what a process has left half-done that was killed.
    fn begin(&self) -> Result<fs::File, ProxyError> {
        let lock = self.sites.lock().map_err(not_written)?;
        if self.sites.roll_back().map_err(not_written)? {
            tracing::warn!("a change of nginx's files was cut short; the files before it are back");
        }
        Ok(lock)
    }

    /// What differs when the certificate does.
    fn certificate(&self) -> Result<String, ProxyError> {
        let path = &self.options.site.certificate;
        fs::read_to_string(path).map(|text| mark_of(&text)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ProxyError::Unavailable("there is no certificate yet".to_owned()),
            _ => ProxyError::Rejected(format!("the certificate {} cannot be read: {error}", path.display())),
        })
    }

    async fn take_away(&self, taken: &mut Taken) -> Result<(), ProxyError> {
        let _lock = self.begin()?;
        taken.stamp = None;
        taken.cleared += 1;
        if self.sites.read().map_err(not_written)?.is_empty() {
            return Ok(());
        }
        self.sites.switch(&Set::new()).map_err(not_written)?;
        if let Err(error) = self.program.try_all(None).await {
            self.sites.roll_back().map_err(not_written)?;
            return Err(error);
        }
        self.sites.commit().map_err(not_written)?;
        self.program.reload().await?;
        self.reloaded();
        Ok(())
    }

    fn reloaded(&self) {
        self.tell(|told| {
            told.reloads += 1;
            told.reloaded_at = Some(Instant::now());
        });
    }

    fn tell(&self, change: impl FnOnce(&mut Told)) {
        change(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes down how it went; a trouble is logged once, not at every look.
    fn ended(&self, outcome: &Result<(), ProxyError>, in_line: bool) {
        let trouble = outcome.as_ref().err().map(ToString::to_string);
        self.tell(|told| {
            if let Some(trouble) = trouble.as_ref().filter(|trouble| told.trouble.as_ref() != Some(*trouble)) {
                tracing::warn!(trouble, "nginx does not have what it should");
            }
            told.in_line = outcome.is_ok() && in_line;
            told.trouble = trouble;
        });
    }
}

/// How far an exchange went that did not succeed.
enum Failed {
    /// The files are good, and nginx reads them when it starts.
    ItDoesNotRun(ProxyError),
    ItDoesNotTakeIt(ProxyError),
}

impl Failed {
    fn into_error(self) -> ProxyError {
        match self {
            Self::ItDoesNotRun(error) | Self::ItDoesNotTakeIt(error) => error,
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are mapped")]
fn not_written(error: io::Error) -> ProxyError {
    ProxyError::Unavailable(format!("nginx's files cannot be written: {error}"))
}

#[async_trait]
impl ReverseProxy for Nginx {
    async fn apply(&self, table: Arc<RouteTable>) -> Result<(), ProxyError> {
        let by_itself = self.options.question.is_some();
        let led = Led::of(&table, &self.options.site.patterns, by_itself);
        self.embedded.apply(table).await?;
        let before = std::mem::replace(&mut *self.led.lock().unwrap_or_else(PoisonError::into_inner), led.clone());
        if before != led {
            self.changed.notify_one();
        }
        Ok(())
    }

    fn in_force(&self) -> Arc<RouteTable> {
        self.embedded.in_force()
    }

    async fn probe(&self, route: &Route) -> Result<(), ProbeError> {
        self.embedded.probe(route).await
    }

    async fn warm(&self, route: &Route) {
        self.embedded.warm(route).await;
    }

    async fn sync(&self) -> Result<(), ProxyError> {
        let mut taken = self.taken.lock().await;
        let outcome = self.bring_in_line(&mut taken).await;
        self.ended(&outcome, true);
        outcome
    }

    async fn clear(&self) -> Result<(), ProxyError> {
        let mut taken = self.taken.lock().await;
        let outcome = self.take_away(&mut taken).await;
        self.ended(&outcome, false);
        outcome
    }

    async fn stale(&self) {
        self.changed.notified().await;
        let reloaded_at = self.told.lock().unwrap_or_else(PoisonError::into_inner).reloaded_at;
        if let Some(at) = reloaded_at {
            sleep_until(at + CALM).await;
        }
    }

    async fn outside(&self) -> Option<Outside> {
        let version = self.program.version().await.ok();
        let Told { in_line, trouble, reloads, .. } = self.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let files = self.sites.read().unwrap_or_default();
        Some(Outside {
            form: if self.options.question.is_some() { "generated" } else { "front" },
            version,
            path: self.sites.path(NAME),
            files: files.keys().map(|name| self.sites.path(name)).collect(),
            ports: if in_line { self.led().editors.iter().map(|it| it.upstream.port()).collect() } else { Vec::new() },
            has_certificate: self.options.site.certificate.exists(),
            in_line,
            trouble,
            reloads,
        })
    }
}
