//! The composition: which adapter stands behind which port. The only file that names adapters.

mod addresses;
mod certificates;
mod identity;
mod nginx;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use thon_adapters::{
    host::ThisHost,
    proxy::embedded::Embedded,
    runtime::{
        docker::{Docker, DockerOptions},
        simulated::{Simulated, SimulatedOptions},
    },
    surroundings::FromHere,
};
use thon_app::shell::Assets;
use thon_core::{
    accounts::Accounts,
    agents::Agents,
    audit::Audit,
    capacity::{Plan, Surveyor},
    certificates::Certificates,
    check::Check,
    cleanup::Cleanup,
    clock::Nature,
    directory::Directory,
    editor_password::{EditorPasswords, PasswordKey},
    entry::Entry,
    fleet::{Fleet, LaunchDefaults},
    history::History,
    hosting::Hosting,
    joining::Joining,
    live::{Beside, Live},
    outer_proxy::OuterProxy,
    outlook::Outlook,
    poke::{Poke, Pokes},
    port::{
        host::HostFigures,
        proxy::ReverseProxy,
        runtime::{Limits, SandboxRuntime},
    },
    presence::Presence,
    reach::Reach,
    readings::{Reader, Readings},
    roles::Roles,
    sandboxes::Sandboxes,
    session::Sessions,
    settings::Settings,
    sharing::Sharing,
    switch::Switch,
    task::{
        expire_instances::Expiry,
        reconcile_instances::{Reconciler, SandboxDefaults},
        remove_volumes::Removals,
        warm_editors::WarmUp,
    },
    tokens::Tokens,
    visits::Visits,
};
use thon_edge::{Edge, Hosts};
use thon_store::Store;

use crate::{
    config::{Config, Runtime},
    front::Keys,
    gatekeeper::Doorkeeper,
    http::{
        api, certificates::Proofs, health::Health, inward::Inward, live::Following, open::Open, pages::Rooms,
        router::Parts,
    },
    lifecycle::work::Work,
};

/// A THON that is put together and not started yet.
pub struct House {
    pub parts: Parts,
    pub edge: Edge,
    pub hosts: Hosts,
    pub reach: Reach,
    pub entry: Entry,
    pub reconciler: Reconciler,
    pub pokes: Pokes,
    pub expiry: Expiry,
    pub presence: Presence,
    pub visits: Visits,
    pub removals: Removals,
    pub reader: Reader,
    pub surveyor: Surveyor,
    pub certificates: Certificates,
    pub warm_up: WarmUp,
    pub outer_proxy: OuterProxy,
    /// By what the server in front is known, where one is.
    pub front_keys: Keys,
    pub runtime: Arc<dyn SandboxRuntime>,
    /// What sandboxes are answered with.
    pub inward: Inward,
}

/// What a house is built on.
pub struct Ground<'a> {
    pub config: &'a Config,
    pub store: Store,
    pub nature: Nature,
    pub work: &'a Work,
    pub identity: Identity,
    /// The addresses of what every page loads.
    pub site: Assets,
}

/// What a THON has had since its first start.
pub struct Identity {
    /// Its own id, so that several on one machine leave each other's sandboxes alone.
    pub installation: String,
    /// Where the passwords of editors come from.
    pub passwords: PasswordKey,
}

/// Puts everything together.
///
/// # Errors
/// When the file by which nginx is known cannot be made.
pub fn house(ground: &Ground<'_>) -> std::io::Result<House> {
    let Ground { config, store, nature, work, .. } = ground;
    let reach = addresses::reach(config);
    let addresses = reach.addresses.clone();
    let (poke, pokes) = Poke::channel();
    let (runtime, host) = machine(ground);
    let fleet = Fleet::new(store.clone(), nature.clone(), usual(config), addresses.clone(), poke.clone());
    let entry = Entry::new(store.clone(), nature.clone());
    let presence = Presence::new(store.clone(), nature.clone());
    let visits = Visits::new(store.clone(), nature.clone());
    let audit = Audit::new(store.clone(), nature.clone(), config.audit.kept());
    let doorkeeper = Doorkeeper {
        entry: entry.clone(),
        fleet: fleet.clone(),
        presence: presence.clone(),
        visits: visits.clone(),
        poke: poke.clone(),
    };
    let names = [config.dashboard.host, config.edge.host].into_iter().chain(addresses::address(config));
    let hosts = Hosts::new(&addresses, names.map(|address| address.to_string()));
    let edge = Edge::new(hosts.clone(), Arc::new(doorkeeper), work.tunnels.tracker().clone());
    let proofs = certificates::certificates(ground);
    let (proxy, front_keys) = nginx::proxy(config, &addresses, Embedded::new(edge.clone()), &proofs.certificates)?;
    let outer_proxy = OuterProxy::new(proxy.clone(), audit.clone());
    let surroundings = Arc::new(FromHere::new(edge.mark().clone()));
    let outlook =
        Outlook::new(reach.clone(), addresses::place(config), proxy.clone(), surroundings, nature.clock.clone());
    let reconciler = Reconciler::new(store.clone(), nature.clone(), runtime.clone(), proxy.clone(), defaults(ground));
    let expiry = Expiry::new(store.clone(), nature.clone(), poke.clone());
    let plan = Plan { limits: limits(config), starting_port: config.sandbox.starting_port };
    let surveyor = Surveyor::new(store.clone(), nature.clone(), runtime.clone(), host, plan);
    let warm_up = WarmUp::new(proxy.clone());
    let certificates = proofs.certificates.clone();
    let readings = Readings::default();
    let reader = Reader::new(store.clone(), nature.clone(), runtime.clone(), readings.clone());
    let made = Made {
        runtime: runtime.clone(),
        proxy,
        fleet,
        entry: entry.clone(),
        poke,
        surveyor: surveyor.clone(),
        outer_proxy: outer_proxy.clone(),
        outlook,
        audit,
        proofs,
        readings,
    };
    let parts = parts(ground, made)?;
    let agents = Agents::new(store.clone(), ground.identity.passwords.clone());
    let inward = Inward { agents, visits: visits.clone(), leaving: work.leaving.clone() };
    let removals = Removals::new(store.clone(), nature.clone(), runtime.clone());
    Ok(House {
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
        certificates,
        warm_up,
        outer_proxy,
        front_keys,
        runtime,
        inward,
    })
}

/// What the routes share.
struct Made {
    runtime: Arc<dyn SandboxRuntime>,
    proxy: Arc<dyn ReverseProxy>,
    fleet: Fleet,
    entry: Entry,
    poke: Poke,
    surveyor: Surveyor,
    outer_proxy: OuterProxy,
    outlook: Outlook,
    audit: Audit,
    proofs: Proofs,
    readings: Readings,
}

fn parts(ground: &Ground<'_>, made: Made) -> std::io::Result<Parts> {
    let Ground { config, store, nature, work, identity, site } = ground;
    let Made { runtime, proxy, fleet, entry, poke, surveyor, outer_proxy, outlook, audit, proofs, readings } = made;
    let addresses = &outlook.reach().addresses;
    let accounts = Accounts::new(store.clone(), nature.clone());
    let directory = Directory::new(store.clone(), nature.clone(), poke.clone());
    let passwords = EditorPasswords::new(store.clone(), nature.clone(), identity.passwords.clone());
    let sharing = Sharing::new(store.clone(), nature.clone(), entry.clone());
    let hosting = Hosting::new(store.clone(), nature.clone(), entry.clone());
    let sandboxes = Sandboxes::new(store.clone(), runtime.clone(), defaults(ground).limits, readings.clone());
    let beside = Beside::new(store.clone(), sandboxes.clone(), readings);
    let tokens = Tokens::new(store.clone(), nature.clone(), entry.clone());
    let roles = Roles::new(store.clone(), nature.clone(), entry.clone());
    let joining = Joining::new(store.clone(), nature.clone(), fleet.clone());
    let sessions = Sessions::new(store.clone(), nature.clone(), entry.clone());
    let auth = identity::auth(ground, addresses, &accounts)?;
    let settings = Settings::new(store.clone(), nature.clone(), config.allow_list());
    let switch = Switch::new(store.clone());
    let rooms = Rooms {
        accounts: accounts.clone(),
        audit: audit.clone(),
        sign_in: auth.sign_in.clone(),
        sessions: sessions.clone(),
        fleet: fleet.clone(),
        history: History::new(store.clone(), nature.clone()),
        hosting: hosting.clone(),
        sandboxes: sandboxes.clone(),
        surveyor: surveyor.clone(),
        passwords: passwords.clone(),
        settings: settings.clone(),
        sharing: sharing.clone(),
        tokens: tokens.clone(),
        roles: roles.clone(),
        directory: directory.clone(),
        switch: switch.clone(),
        joining: joining.clone(),
        tasks: work.tasks.clone(),
        certificates: proofs.certificates.clone(),
        outer_proxy: outer_proxy.clone(),
        outlook: outlook.clone(),
        assets: site.clone(),
    };
    Ok(Parts {
        nature: nature.clone(),
        sessions,
        auth,
        tokens,
        health: Health { runtime: runtime.clone(), directory: directory.clone() },
        instances: Arc::new(api::instances::Instances {
            fleet: fleet.clone(),
            directory: directory.clone(),
            sandboxes,
            surveyor: surveyor.clone(),
            passwords,
            sharing,
            hosting,
            nature: nature.clone(),
            lists: api::WrittenLists::new(store.clone()),
            leaving: work.leaving.clone(),
        }),
        links: api::sign_in_links::Links {
            accounts: accounts.clone(),
            directory: directory.clone(),
            addresses: addresses.clone(),
        },
        grants: api::grants::Grants { roles: roles.clone(), directory: directory.clone() },
        codes: api::join_codes::Codes { joining, addresses: addresses.clone() },
        groups: directory.clone(),
        settings,
        system: api::system::System {
            check: Check::new(store.clone(), runtime.clone(), proxy, config.workspace.storage()),
            cleanup: Cleanup::new(store.clone(), nature.clone(), runtime),
            tasks: work.tasks.clone(),
            surveyor,
            directory,
            certificates: proofs.certificates.clone(),
            outlook: outlook.clone(),
        },
        nginx: api::nginx::Nginx { outer_proxy, external_ip: config.network.external_ip },
        proofs,
        following: Following {
            fleet,
            live: Live::new(store.clone(), poke),
            beside,
            switch,
            entry: entry.clone(),
            nature: nature.clone(),
            leaving: work.leaving.clone(),
        },
        open: Open { entry, addresses: addresses.clone(), rooms: rooms.clone() },
        accounts,
        audit: Arc::new(audit),
        rooms,
        work: Arc::new((*work).clone()),
    })
}

/// What runs sandboxes, and what tells of the machine that they share.
fn machine(ground: &Ground<'_>) -> (Arc<dyn SandboxRuntime>, Arc<dyn HostFigures>) {
    let sandbox = &ground.config.sandbox;
    match sandbox.runtime {
        Runtime::Docker => {
            let docker = Arc::new(Docker::new(DockerOptions {
                host: sandbox.docker_host.clone(),
                sandbox_listener_port: sandbox.listener_port,
                disks_dir: Some(ground.config.home.disks().into()),
                ..DockerOptions::local(sandbox.image(), ground.identity.installation.clone())
            }));
            (docker.clone(), docker)
        }
        Runtime::Simulated => {
            let simulated = Simulated::new(SimulatedOptions {
                start_delay: Duration::from_millis(300),
                clock: ground.nature.clock.clone(),
                faults: Arc::default(),
                tasks: ground.work.tunnels.clone(),
                closing: ground.work.gone.clone(),
            });
            (Arc::new(simulated), Arc::new(ThisHost { disk: ground.config.home.path().as_std_path().to_owned() }))
        }
    }
}

fn usual(config: &Config) -> LaunchDefaults {
    let sandbox = &config.sandbox;
    LaunchDefaults {
        starting_port: sandbox.starting_port,
        public_ports: config.edge.public_ports,
        timeout_minutes: sandbox.timeout_minutes,
        storage: config.workspace.storage(),
        secure: config.vscode.secure,
    }
}

fn defaults(ground: &Ground<'_>) -> SandboxDefaults {
    let Ground { config, identity, .. } = ground;
    let sandbox = &config.sandbox;
    SandboxDefaults {
        limits: limits(config),
        group_volumes: config.workspace.group_storage,
        env: BTreeMap::from([("PYTHON_VERSION".to_owned(), sandbox.python_version.clone())]),
        parallel_starts: usize::from(sandbox.parallel_starts),
        passwords: identity.passwords.clone(),
    }
}

fn limits(config: &Config) -> Limits {
    let sandbox = &config.sandbox;
    Limits {
        memory_bytes: sandbox.memory.0,
        cpus: sandbox.cpus,
        pids: sandbox.pids,
        disk_bytes: sandbox.disk.map(|disk| disk.0),
    }
}
