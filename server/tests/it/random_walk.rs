//! Hundreds of random operations with faults in between: whatever happens, in the end everything agrees again.
//!
//! A walk follows from its seed, which a failure names; `THON_SEED` repeats one.

use std::{collections::BTreeMap, fmt::Debug, sync::Arc, time::Duration};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use tempfile::TempDir;
use thon_adapters::{
    proxy::embedded::Embedded,
    runtime::simulated::{Act, Chances, Fault, Faults, Simulated, SimulatedOptions},
};
use thon_core::{
    actor::Actor,
    check::{Check, Finding},
    clock::Nature,
    directory::{Directory, GroupsWanted, groups_file::GroupsFile},
    fleet::{Fleet, LaunchDefaults, Operation},
    poke::Poke,
    port::{
        proxy::ReverseProxy,
        runtime::{Limits, SandboxRuntime},
    },
    task::{
        Tasks,
        reconcile_instances::{self, Reconciler, SandboxDefaults},
    },
};
use thon_domain::{
    address::{Addresses, PortRange},
    id::{InstanceId, UserId},
    instance::{Instance, State},
    workspace::StorageChoice,
};
use thon_edge::{Edge, Hosts};
use thon_store::{DatabaseUrl, Store, instances, workspaces};

use crate::app::PortBlock;

mod docker;
mod nobody;

/// How soon everything has to agree once the faults have ended.
const SOON: Duration = Duration::from_secs(10);

/// What a walk walks on: a real database, a real edge, a runtime, and a reconciler that can be stopped and started.
struct Ground {
    store: Store,
    fleet: Fleet,
    runtime: Arc<dyn SandboxRuntime>,
    proxy: Arc<dyn ReverseProxy>,
    reconciler: Tasks,
    people: Vec<UserId>,
    starting_port: u16,
    _ports: PortBlock,
    _folder: TempDir,
}

impl Ground {
    async fn new(group: &str, people: usize, runtime: Arc<dyn SandboxRuntime>) -> Self {
        let (folder, ports) = (TempDir::new().expect("a folder"), PortBlock::take());
        let url: DatabaseUrl = format!("sqlite:{}/thon.db", folder.path().display()).parse().expect("a URL");
        let store = Store::open(&url).await.expect("a database");
        let names: Vec<_> = (0..people).map(|n| format!("p{n}")).collect();
        let file = GroupsFile::parse(&format!("groups: {{ {group}: [{}] }}", names.join(", "))).expect("a groups file");
        let directory = Directory::new(store.clone(), Nature::real(), Poke::channel().0);
        directory.import(&Actor::operator(), file).await.expect("imported");
        let groups = directory.groups(&Actor::operator(), GroupsWanted::default()).await.expect("groups");
        let people = groups.groups[0].users.iter().map(|person| person.user.id).collect();
        let addresses = Addresses::local(8100);
        let hosts = Hosts::new(&addresses, ["localhost"]);
        let edge = Edge::new(hosts, Arc::new(nobody::Nobody), Tasks::default().tracker().clone());
        let proxy: Arc<dyn ReverseProxy> = Arc::new(Embedded::new(edge));
        let starting_port = ports.first();
        let (fleet, reconciler) = reconcile(&store, &runtime, &proxy, starting_port);
        Self { store, fleet, runtime, proxy, reconciler, people, starting_port, _ports: ports, _folder: folder }
    }

    /// A THON that stops and comes again.
    async fn restart(&mut self) {
        self.reconciler.stop().await;
        (self.fleet, self.reconciler) = reconcile(&self.store, &self.runtime, &self.proxy, self.starting_port);
    }

    async fn instances(&self) -> Vec<Instance> {
        self.store.read(instances::all).await.expect("read")
    }

    /// One random thing that people do.
    async fn act(&self, dice: &mut StdRng) -> String {
        let user = *self.people.choose(dice).expect("people");
        let of = self.fleet.instance_of(&Actor::operator(), user).await.expect("read");
        let nth = self.people.iter().position(|one| *one == user).expect("one of them");
        let Some(instance) = of else { return told(nth, "launch", &self.fleet.launch(&Actor::operator(), user).await) };
        let operations = [
            Operation::Pause,
            Operation::Resume,
            Operation::Terminate,
            Operation::Recreate,
            Operation::Renew { minutes: 60 },
        ];
        // Launching is as likely as all the rest, or soon nothing would run.
        if dice.random_bool(0.5) {
            return told(nth, "launch", &self.fleet.launch(&Actor::operator(), user).await);
        }
        let operation = *operations.choose(dice).expect("operations");
        let done = self.fleet.change(&Actor::operator(), instance.id, operation).await;
        told(nth, &format!("{operation:?}"), &done)
    }

    /// Waits until everybody has arrived somewhere and the check has nothing to say.
    async fn settles(&self) -> Result<(), (Vec<Finding>, Vec<Instance>)> {
        let deadline = tokio::time::Instant::now() + SOON;
        let (store, runtime, proxy) = (self.store.clone(), self.runtime.clone(), self.proxy.clone());
        let check = Check::new(store, runtime, proxy, StorageChoice::Volumes);
        loop {
            let findings = check.run(&Actor::operator()).await.expect("checked");
            if findings.is_empty() {
                return Ok(());
            }
            if tokio::time::Instant::now() > deadline {
                return Err((findings, self.instances().await));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Nobody has lost their place: one row each, one port each, the workspace that they had.
    async fn nothing_is_lost(&self) {
        let all = self.instances().await;
        let by_user: BTreeMap<UserId, &Instance> = all.iter().map(|instance| (instance.user, instance)).collect();
        let ports: BTreeMap<u16, InstanceId> = all.iter().map(|instance| (instance.host_port, instance.id)).collect();
        assert_eq!((by_user.len(), ports.len()), (all.len(), all.len()), "a row or a port twice: {all:?}");
        for user in by_user.into_keys() {
            let workspace = self.store.read(move |c| workspaces::of_user(c, user)).await.expect("read");
            assert!(workspace.is_some(), "{user} has no workspace any more");
        }
    }
}

fn reconcile(
    store: &Store,
    runtime: &Arc<dyn SandboxRuntime>,
    proxy: &Arc<dyn ReverseProxy>,
    starting_port: u16,
) -> (Fleet, Tasks) {
    let (poke, pokes) = Poke::channel();
    let (nature, addresses) = (Nature::real(), Addresses::local(8100));
    let fleet = Fleet::new(store.clone(), nature.clone(), usual(starting_port), addresses, poke);
    let defaults = SandboxDefaults {
        passwords: thon_core::editor_password::PasswordKey::random(),
        limits: Limits { memory_bytes: 512 << 20, ..Limits::default() },
        env: BTreeMap::new(),
        group_volumes: false,
        parallel_starts: 4,
    };
    let reconciler = Reconciler::new(store.clone(), nature, runtime.clone(), proxy.clone(), defaults);
    let tasks = Tasks::default();
    let clock = Nature::real().clock;
    tasks.start_told(reconcile_instances::ABOUT, &clock, |report, stop| reconciler.run(pokes, report, stop));
    (fleet, tasks)
}

fn usual(starting_port: u16) -> LaunchDefaults {
    let public_ports = PortRange { first: starting_port + 32, last: starting_port + 62 };
    LaunchDefaults { starting_port, public_ports, timeout_minutes: 0, storage: StorageChoice::Volumes, secure: false }
}

fn told(nth: usize, what: &str, done: &Result<Instance, impl Debug>) -> String {
    match done {
        Ok(instance) => format!("p{nth} {what}: {}", instance.state),
        Err(_) => format!("p{nth} {what}: refused"),
    }
}

fn seed_or(usual: u64) -> u64 {
    std::env::var("THON_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(usual)
}

/// One random thing that goes wrong with simulated sandboxes.
async fn break_something(runtime: &Simulated, faults: &Faults, ground: &Ground, dice: &mut StdRng) -> String {
    let somebody = ground.instances().await.choose(dice).map(|instance| instance.id);
    match dice.random_range(0..6) {
        0 => faults.outage(dice.random()),
        1 => runtime.silence(dice.random()),
        2 => faults.full_disk(dice.random_bool(0.3)),
        3 => faults.script(Act::Create, [Fault::Unavailable, Fault::Slow(Duration::from_millis(80))]),
        4 => faults.script(Act::Start, [Fault::Vanishing]),
        _ => {
            if let Some(id) = somebody {
                if dice.random() { runtime.vanish(id).await } else { runtime.crash(id, 1, false).await }
            }
        }
    }
    "something breaks".to_owned()
}

async fn walk_simulated(seed: u64, steps: usize) {
    let tasks = Tasks::default();
    let chances = Chances { unavailable: 0.05, rejected: 0.02, vanishing: 0.02, ..Chances::default() };
    let faults = Arc::new(Faults::seeded(seed, chances));
    let runtime = Arc::new(Simulated::new(SimulatedOptions {
        start_delay: Duration::from_millis(20),
        clock: Nature::real().clock,
        faults: faults.clone(),
        tasks: tasks.clone(),
        closing: tasks.stopping().clone(),
    }));
    let mut ground = Ground::new("alpha", 8, runtime.clone()).await;
    let mut dice = StdRng::seed_from_u64(seed);
    let mut log = Vec::new();
    for step in 0..steps {
        log.push(match dice.random_range(0..20) {
            0 => break_something(&runtime, &faults, &ground, &mut dice).await,
            1 if step % 3 == 0 => {
                ground.restart().await;
                "THON restarts".to_owned()
            }
            _ => ground.act(&mut dice).await,
        });
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..30))).await;
    }
    faults.end();
    runtime.silence(false);
    launch_failed(&ground).await;
    if let Err((findings, instances)) = ground.settles().await {
        panic!("seed {seed}: {findings:?}\n{instances:?}\n{}", log.join("\n"));
    }
    ground.nothing_is_lost().await;
    ground.reconciler.stop().await;
    tasks.stop().await;
}

/// Tries that failed wait for up to a minute; a person who asks anew does not wait.
async fn launch_failed(ground: &Ground) {
    for instance in ground.instances().await {
        if instance.state == State::Pending && instance.next_attempt_at.is_some() {
            ground.fleet.change(&Actor::operator(), instance.id, Operation::Recreate).await.expect("recreated");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_random_operations_on_simulated_sandboxes_end_in_agreement() {
    walk_simulated(seed_or(1), 500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_ten_walks_on_simulated_sandboxes_end_in_agreement() {
    for seed in 100..110 {
        walk_simulated(seed, 500).await;
    }
}
