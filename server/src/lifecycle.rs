//! The life of a server: own the database, put the house together, listen, and stop in order or give way to a newer one.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use thon_app::shell::Assets;
use thon_core::{
    clock::Nature,
    entry::Entry,
    presence, readings,
    secret::Secret,
    task::{
        expire_instances, keep_audit, measure_capacity, reconcile_instances, remove_volumes, renew_certificates,
        sweep_jobs, sweep_sessions, sync_proxy, warm_editors,
    },
    visits,
};
use thon_domain::address::Addresses;
use thon_edge::Edge;
use thon_store::{DatabaseUrl, Ownership, Store};
use tokio::{sync::mpsc, time::timeout};

use self::{
    doors::Doors,
    handover::Predecessor,
    inherited::Inherited,
    prepare::{announce, identity, prepare},
    signals::Signals,
    work::Work,
};
use crate::{
    compose::{self, Ground, House},
    config::{Config, process::Invocation},
    front::{self, Front},
    http::{
        api::sign_in_links::link_url,
        assets::assets,
        restart::{Restarts, Wish},
        router,
    },
};

pub mod doors;
mod give_way;
mod handover;
pub mod inherited;
mod inward;
mod listen;
mod prepare;
mod sandbox_ports;
mod settled;
mod signals;
pub mod work;

/// How long open requests and tunnels get to end when the process is asked to.
const DRAIN: Duration = Duration::from_secs(5);

/// How long a server waits for the routes to stand before it takes connections.
const ROUTES_WITHIN: Duration = Duration::from_secs(2);

/// Runs a server until it is told to stop, or has given way to another.
///
/// # Errors
/// When another server owns the database, an address is taken, or a part cannot be put together.
pub async fn run(config: Config, mut inherited: Inherited, call: Invocation) -> anyhow::Result<()> {
    let site = assets()?;
    let mut signals = Signals::new()?;
    let (mut founded, doors, mut predecessor) = begin(&config, &mut inherited).await?;
    loop {
        let mut running = Box::pin(founded.start(&config, site.clone(), &doors)).await?;
        if let Some(secret) = &running.first_link {
            announce(&link_url(&running.addresses, secret.reveal()));
        }
        running.serves(predecessor.take()).await;
        let Some((successor, wish)) = running.until_asked(&doors, &call, &mut signals).await else {
            tracing::info!("stopping; sandboxes go on");
            if !running.stop(DRAIN).await {
                tracing::info!("what is still open is cut");
            }
            doors.close();
            return Ok(());
        };
        if running.give_way(successor, wish, &mut signals).await {
            return Ok(());
        }
        founded = Founded::on(&config, Nature::real()).await?;
    }
}

/// Takes the database into possession, and the addresses; from a predecessor only when it gives way.
async fn begin(config: &Config, inherited: &mut Inherited) -> anyhow::Result<(Founded, Doors, Option<Predecessor>)> {
    if inherited.conversation.is_none() {
        let founded = Founded::on(config, Nature::real()).await?;
        // Before anything is changed: a port that is taken is the most common mistake.
        return Ok((founded, Doors::open(config, inherited).await?, None));
    }
    let doors = Doors::open(config, inherited).await?;
    let predecessor = match inherited.conversation.take() {
        Some(conversation) => Some(Predecessor::gives_way(conversation).await?),
        None => None,
    };
    Ok((Founded::on(config, Nature::real()).await?, doors, predecessor))
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

    /// Puts the server together and answers at all doors.
    ///
    /// # Errors
    /// When a part cannot be put together, or the operator's socket has gone.
    pub async fn start(self, config: &Config, site: Assets, doors: &Doors) -> anyhow::Result<Running> {
        let Self { ownership, store, nature } = self;
        let config = &settled::settled(config, &store).await?;
        let work = Work::default();
        let identity = identity(&store, &nature).await?;
        let ground = Ground { config, store: store.clone(), nature: nature.clone(), work: &work, identity, site };
        let house = Box::new(compose::house(&ground)?);
        let first_link = prepare(config, &house).await?;
        let House {
            parts,
            edge,
            hosts,
            reach,
            entry,
            reconciler,
            pokes,
            expiry,
            presence,
            visits,
            removals,
            reader,
            surveyor,
            ..
        } = *house;
        let (runtime, inward) = (house.runtime, house.inward);
        let (warm_up, outer_proxy, front_keys) = (house.warm_up, house.outer_proxy, house.front_keys);
        let certificates = house.certificates;
        let (current, proofs) = (certificates.current(), parts.proofs.clone());
        let routes_stand = reconciler.first_round();
        let (tasks, clock) = (&work.tasks, &nature.clock);
        tasks.start_told(reconcile_instances::ABOUT, clock, |report, stop| reconciler.run(pokes, report, stop));
        tasks.start_beating(expire_instances::ABOUT, clock, |beat| expiry.run(beat));
        tasks.start_beating(presence::ABOUT, clock, |beat| presence.run(beat));
        tasks.start_beating(visits::ABOUT, clock, |beat| visits.run(beat));
        tasks.start_beating(remove_volumes::ABOUT, clock, |beat| removals.run(beat));
        tasks.start_beating(readings::ABOUT, clock, |beat| reader.run(beat));
        tasks.start_beating(measure_capacity::ABOUT, clock, |beat| measure_capacity::run(surveyor, beat));
        tasks.start_told(renew_certificates::ABOUT, clock, |report, stop| {
            renew_certificates::run(certificates, report, stop)
        });
        // The edge alone has nothing to be told.
        if front_keys.front.is_some() {
            let for_nginx = current.clone();
            tasks.start_told(sync_proxy::ABOUT, clock, |report, stop| {
                sync_proxy::run(outer_proxy, for_nginx, report, stop)
            });
        }
        tasks.start_beating(warm_editors::ABOUT, clock, |beat| warm_up.run(beat));
        let (of_jobs, for_jobs) = (store.clone(), nature.clone());
        tasks.start_beating(sweep_jobs::ABOUT, clock, |beat| sweep_jobs::run(of_jobs, for_jobs, beat));
        tasks.start_beating(sweep_sessions::ABOUT, clock, |beat| {
            sweep_sessions::run(store.clone(), nature.clone(), beat)
        });
        let audit = (*parts.audit).clone();
        tasks.start_beating(keep_audit::ABOUT, clock, |beat| keep_audit::run(audit, beat));
        let (restarts, wishes) = Restarts::channel();
        listen::on_socket(doors.operator()?, &doors.path, router::socket(parts.clone(), restarts), &work)?;
        let dashboard = edge.wrap(router::dashboard(parts));
        // Without routes, people would be told that their editor does not run.
        let _ = timeout(ROUTES_WITHIN, routes_stand.cancelled()).await;
        let front = Front::new(config, hosts, proofs, front_keys)?;
        work.service.start(|stop| front::follow(front.certificates.clone(), current, stop));
        let addresses = reach.addresses.clone();
        sandbox_ports::follow(&edge, &front, config.edge.host, reach, &work);
        inward::follow(runtime, router::inward(inward, nature.clone()), front.reception.clone(), &work);
        for door in doors.addresses()? {
            listen::on_address(door, dashboard.clone(), &front, &work);
        }
        Ok(Running { first_link, addresses, store, work, entry, front, edge, wishes, ownership })
    }
}

/// A server that answers.
pub struct Running {
    /// Signs the admin in, at the very first start only.
    pub first_link: Option<Secret>,
    addresses: Addresses,
    pub store: Store,
    pub work: Work,
    entry: Entry,
    /// What callers from outside come to; its certificates may be exchanged at any time.
    pub front: Front,
    edge: Edge,
    wishes: mpsc::Receiver<Wish>,
    ownership: Ownership,
}

impl Running {
    /// Stops in order, taking at most so long; says whether everything has ended by itself.
    pub async fn stop(self, at_most: Duration) -> bool {
        timeout(at_most, self.work.stop()).await.is_ok()
    }
}
