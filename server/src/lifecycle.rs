//! The life of a server: own the database, put the house together, listen, and stop in order.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use thon_app::shell::Assets;
use thon_core::{
    actor::Actor,
    clock::Nature,
    directory::groups_file::{DEMO, GroupsFile},
    secret::Secret,
    task::{Tasks, sweep_sessions},
};
use thon_domain::{address::Addresses, live::Cause};
use thon_store::{DatabaseUrl, Ownership, Stamp, Store, StoreError, settings};
use tokio::net::TcpListener;

use crate::{
    compose::{self, Ground, House},
    config::Config,
    http::{api::sign_in_links::link_url, assets::assets, router},
};

mod listen;
mod settled;
mod signals;

/// How long open requests and tunnels get to end when the process is asked to.
const DRAIN: Duration = Duration::from_secs(5);

/// Runs a server until it is told to stop.
///
/// # Errors
/// When another server owns the database, an address is taken, or a part cannot be put together.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let site = assets()?;
    let house = Founded::on(&config, Nature::real()).await?;
    // Before anything is changed: a port that is taken is the most common mistake.
    let listeners = bind(&config).await?;
    let running = house.start(&config, site, listeners).await?;
    if let Some(secret) = &running.first_link {
        announce(&link_url(&Addresses::local(config.dashboard.port), secret.reveal()));
    }
    signals::asked_to_stop().await?;
    tracing::info!("stopping; sandboxes go on");
    if !running.stop(DRAIN).await {
        tracing::info!("what is still open is cut");
    }
    Ok(())
}

/// A database that is this server's, and nothing on it yet.
pub struct Founded {
    ownership: Ownership,
    store: Store,
    nature: Nature,
}

impl Founded {
    /// Takes the database into possession.
    ///
    /// # Errors
    /// When another server owns it, or it cannot be opened.
    pub async fn on(config: &Config, nature: Nature) -> anyhow::Result<Self> {
        let url: DatabaseUrl = config.database.url.expose_secret().parse()?;
        let ownership = Ownership::acquire(&url).await?;
        let store = Store::open(&url).await?;
        Ok(Self { ownership, store, nature })
    }

    /// Puts the server together and answers on the listeners and on the operator's socket.
    ///
    /// # Errors
    /// When a part cannot be put together, or the socket cannot be made.
    pub async fn start(self, config: &Config, site: Assets, listeners: Vec<TcpListener>) -> anyhow::Result<Running> {
        let Self { ownership, store, nature } = self;
        let config = &settled::settled(config, &store).await?;
        let tasks = Tasks::default();
        let installation = installation(&store, &nature).await?;
        let ground = Ground { config, store: store.clone(), nature: nature.clone(), tasks: &tasks, installation, site };
        let house = compose::house(&ground);
        let first_link = prepare(config, &house).await?;
        let House { parts, edge, reconciler, pokes, expiry, presence, .. } = house;
        tasks.start(|stop| reconciler.run(pokes, stop));
        tasks.start(|stop| expiry.run(stop));
        tasks.start(|stop| presence.run(stop));
        tasks.start(|stop| sweep_sessions::run(store.clone(), nature, stop));
        listen::on_socket(&config.home.socket(), router::socket(parts.clone()), &tasks)?;
        let dashboard = edge.wrap(router::dashboard(parts));
        for listener in listeners {
            listen::on_address(listener, dashboard.clone(), &tasks);
        }
        Ok(Running { first_link, store, tasks, _ownership: ownership })
    }
}

/// A server that answers.
pub struct Running {
    /// Signs the admin in, at the very first start only.
    pub first_link: Option<Secret>,
    pub store: Store,
    pub tasks: Tasks,
    _ownership: Ownership,
}

impl Running {
    /// Stops in order, taking at most so long; says whether everything has ended by itself.
    pub async fn stop(self, at_most: Duration) -> bool {
        tokio::time::timeout(at_most, self.tasks.stop()).await.is_ok()
    }
}

/// 127.0.0.1 stands for this machine, so `localhost` is answered on both of its addresses.
async fn bind(config: &Config) -> anyhow::Result<Vec<TcpListener>> {
    let (host, port) = (config.dashboard.host, config.dashboard.port);
    let address = SocketAddr::new(host, port);
    let hint = "end what listens there, or choose another `dashboard.port`";
    let first = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; {hint}"))?;
    let mut listeners = vec![first];
    if host == IpAddr::from([127, 0, 0, 1]) {
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(second) => listeners.push(second),
            Err(error) => tracing::info!(%error, "not listening on [::1]"),
        }
    }
    Ok(listeners)
}

/// This THON's own id, made at its first start.
async fn installation(store: &Store, nature: &Nature) -> anyhow::Result<String> {
    const KEY: &str = "installation";
    let fresh = nature.ids.next().to_string();
    let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
    let id = store
        .write(stamp, move |w| {
            if let Some(known) = settings::value(w, KEY)? {
                return Ok(known);
            }
            settings::set(w, KEY, &fresh)?;
            Ok::<_, StoreError>(fresh)
        })
        .await?;
    Ok(id)
}

/// What has to be there before the first request: the admin, the password, the configured groups.
async fn prepare(config: &Config, house: &House) -> anyhow::Result<Option<Secret>> {
    let parts = &house.parts;
    let address = parts.links.addresses.dashboard();
    let first = parts.accounts.found().await?;
    parts.accounts.set_admin_password(config.auth.local_password.as_ref()).await?;
    if config.event.id.is_some() || !config.groups.is_empty() {
        let (event_id, title) = (config.event.id.clone(), config.event.title.clone());
        let file = GroupsFile { event_id, title, groups: config.groups.clone() };
        parts.groups.import(&Actor::operator(), file).await?;
    }
    if config.demo {
        parts.groups.import(&Actor::operator(), GroupsFile::parse(DEMO)?).await?;
    }
    match house.runtime.check().await {
        Ok(report) => tracing::info!(
            runtime = house.runtime.name(),
            version = report.version,
            image = report.image,
            "sandboxes can be started"
        ),
        Err(error) => tracing::warn!(%error, "sandboxes cannot be started yet"),
    }
    tracing::info!(%address, "THON is up; `thon sign-in` prints a link");
    Ok(first.map(|link| link.secret))
}

/// Tells the first sign-in link to whoever started the server, once. It is no log line: logs are kept and shipped.
#[expect(clippy::print_stdout, reason = "the link is what the first start is for")]
fn announce(url: &str) {
    println!("Sign in as the admin (good once, for 24 hours):\n  {url}");
}
