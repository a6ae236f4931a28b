//! The reconciler against a runtime in memory and a real database, with time that the test moves.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use tempfile::TempDir;
use thon_domain::{
    address::Addresses,
    id::InstanceId,
    instance::{Instance, State},
    workspace::StorageChoice,
};
use thon_store::{DatabaseUrl, Store};
use tokio_util::sync::CancellationToken;

use super::{Reconciler, SandboxDefaults};
use crate::{
    actor::Actor,
    directory::{Directory, VolumeFate, groups_file::GroupsFile},
    editor_password::PasswordKey,
    fake::{clock::StoppedClock, proxy::RouteShelf, runtime::Shelf},
    fleet::{Fleet, LaunchDefaults, Many},
    poke::Poke,
    port::{
        proxy::ReverseProxy as _,
        runtime::{Condition, Limits, RuntimeError, Sandbox},
    },
    task::{Run, Tasks},
};

mod jobs;
mod operations;

struct House {
    fleet: Fleet,
    store: Store,
    clock: StoppedClock,
    runtime: Arc<Shelf>,
    proxy: Arc<RouteShelf>,
    tasks: Tasks,
    first_round: CancellationToken,
    directory: Directory,
    _dir: TempDir,
}

impl House {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let url: DatabaseUrl = format!("sqlite:{}/thon.db", dir.path().display()).parse().expect("a URL");
        let store = Store::open(&url).await.expect("a database");
        let clock = StoppedClock::default();
        let runtime = Arc::new(Shelf::new(Arc::new(clock.clone())));
        let proxy = Arc::new(RouteShelf::default());
        let (poke, pokes) = Poke::channel();
        let fleet = Fleet::new(
            store.clone(),
            clock.nature(),
            LaunchDefaults {
                starting_port: 23_000,
                public_ports: thon_domain::address::PortRange::USUAL,
                timeout_minutes: 0,
                storage: StorageChoice::default(),
                secure: false,
            },
            Addresses::local(8100),
            poke.clone(),
        );
        let defaults = SandboxDefaults {
            limits: Limits::default(),
            group_volumes: true,
            env: BTreeMap::new(),
            parallel_starts: 2,
            passwords: PasswordKey::random(),
        };
        let reconciler = Reconciler::new(store.clone(), clock.nature(), runtime.clone(), proxy.clone(), defaults);
        let (tasks, first_round) = (Tasks::default(), reconciler.first_round());
        tasks.start_told(super::ABOUT, &clock.nature().clock, |report, stop| reconciler.run(pokes, report, stop));
        let directory = Directory::new(store.clone(), clock.nature(), poke);
        let file = GroupsFile::parse("groups: { alpha: [alice, bob, carol] }").expect("a groups file");
        directory.import(&Actor::operator(), file).await.expect("imported");
        Self { fleet, store, clock, runtime, proxy, tasks, first_round, directory, _dir: dir }
    }

    async fn launched(&self) -> InstanceId {
        let all = self.fleet.launch_missing(&Actor::operator(), None).await.expect("launched").each;
        all[0].id
    }

    async fn instance(&self, id: InstanceId) -> Instance {
        self.fleet.instance(&Actor::operator(), id).await.expect("an instance").instance
    }

    /// Waits, in real time, until an instance is as it should be.
    async fn until(&self, id: InstanceId, what: impl Fn(&Instance) -> bool) -> Instance {
        for _ in 0..400 {
            let instance = self.instance(id).await;
            if what(&instance) {
                return instance;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("still {:?}", self.instance(id).await)
    }

    fn has_started(&self, id: InstanceId) -> bool {
        let started = |sandbox: &Sandbox| matches!(sandbox.condition, Condition::Running { .. });
        self.runtime.sandboxes().iter().any(|sandbox| sandbox.instance == id && started(sandbox))
    }

    /// Waits, in real time, until the reconciler's last look at everybody is as it should be.
    async fn last_look(&self, what: impl Fn(&Run) -> bool) -> Run {
        for _ in 0..800 {
            let [status] = &self.tasks.statuses(&Actor::operator()).expect("may look")[..] else { panic!("one task") };
            if let Some(run) = status.last.clone().filter(&what) {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("still {:?}", self.tasks.statuses(&Actor::operator()))
    }

    async fn running(&self, id: InstanceId) -> Instance {
        self.until(id, |instance| instance.state == State::Running).await
    }
}

#[tokio::test]
async fn an_outage_is_told_with_the_task_until_it_is_over() {
    let house = House::new().await;
    house.last_look(|run| run.outcome.is_ok()).await;
    let reason = "the socket /secret/path is not there".to_owned();
    house.runtime.break_with(Some(RuntimeError::Unavailable { reason }));
    house.runtime.gap();
    let failed = house.last_look(|run| run.outcome.is_err()).await;
    assert_eq!(failed.outcome, Err("The sandbox runtime does not answer.".to_owned()));
    house.runtime.break_with(None);
    house.runtime.gap();
    house.last_look(|run| run.outcome.is_ok()).await;
    house.tasks.stop().await;
}

#[tokio::test]
async fn everybody_who_is_launched_runs_behind_a_route() {
    let house = House::new().await;
    let all = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched").each;
    assert_eq!(all.len(), 3);
    for instance in &all {
        house.running(instance.id).await;
    }
    assert_eq!(house.runtime.sandboxes().len(), 3);
    // The state is written first, the route follows in the next step.
    let routes = || house.proxy.in_force().iter().filter(|route| route.state == State::Running).count();
    for _ in 0..400 {
        if routes() == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(routes(), 3);
    let again = house.fleet.launch_missing(&Actor::operator(), None).await.expect("asked again");
    assert_eq!(again, Many { job: None, each: vec![] }, "nobody is missing");
    house.tasks.stop().await;
}

#[tokio::test]
async fn the_end_of_the_first_round_is_told() {
    let house = House::new().await;
    tokio::time::timeout(Duration::from_secs(5), house.first_round.cancelled()).await.expect("told");
    house.tasks.stop().await;
}

#[tokio::test]
async fn the_sandbox_of_a_deleted_user_is_removed_and_its_route_with_it() {
    let house = House::new().await;
    let id = house.launched().await;
    let user = house.running(id).await.user;
    let removal =
        house.directory.delete_user(&Actor::operator(), user.into(), VolumeFate::Keep).await.expect("deleted");
    assert_eq!(removal.volumes().count(), 2);
    for _ in 0..400 {
        if house.runtime.sandboxes().iter().all(|sandbox| sandbox.instance != id) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(house.runtime.sandboxes().iter().all(|sandbox| sandbox.instance != id), "the sandbox is still there");
    assert!(house.proxy.in_force().iter().all(|route| route.instance != id), "the route is still there");
    house.tasks.stop().await;
}

#[tokio::test]
async fn a_terminated_instance_is_gone_and_comes_back_as_the_next_generation() {
    let house = House::new().await;
    let id = house.launched().await;
    let first = house.running(id).await;
    house.fleet.terminate(&Actor::operator(), id).await.expect("terminated");
    house.until(id, |instance| instance.state == State::Terminated).await;
    assert!(house.runtime.sandboxes().iter().all(|sandbox| sandbox.instance != id));
    house.fleet.launch(&Actor::operator(), first.user).await.expect("launched again");
    let second = house.running(id).await;
    assert_eq!((second.generation, second.host_port), (2, first.host_port), "same port for life");
    house.tasks.stop().await;
}

#[tokio::test]
async fn a_sandbox_that_is_taken_away_is_replaced() {
    let house = House::new().await;
    let id = house.launched().await;
    house.running(id).await;
    house.clock.pass(TimeDelta::minutes(5));
    let made = house.runtime.made();
    house.runtime.meddle(id, |_| None);
    for _ in 0..200 {
        if house.runtime.made() > made && house.instance(id).await.state == State::Running {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    house.running(id).await;
    assert_eq!(house.runtime.made(), made + 1);
    house.tasks.stop().await;
}

#[tokio::test]
async fn a_refusal_is_told_and_not_repeated() {
    let house = House::new().await;
    let reason = "the image is missing".to_owned();
    house.runtime.break_with(Some(RuntimeError::Rejected { code: "image-missing", reason }));
    let id = house.launched().await;
    let failed = house.until(id, |instance| instance.state == State::Failed).await;
    assert_eq!(failed.failure.expect("a reason").code, "image-missing");
    house.runtime.break_with(None);
    house.fleet.launch(&Actor::operator(), failed.user).await.expect("launched again");
    assert_eq!(house.running(id).await.failure, None);
    house.tasks.stop().await;
}

#[tokio::test]
async fn an_outage_changes_nothing_that_is_stored() {
    let house = House::new().await;
    let id = house.launched().await;
    let before = house.running(id).await;
    house.runtime.break_with(Some(RuntimeError::Unavailable { reason: "gone".to_owned() }));
    house.runtime.meddle(id, |sandbox| Some(Sandbox { condition: Condition::Paused, ..sandbox }));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(house.instance(id).await, before);
    house.runtime.break_with(None);
    for _ in 0..300 {
        if house.has_started(id) {
            house.tasks.stop().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still paused");
}

#[tokio::test]
async fn an_editor_that_never_answers_fails_after_its_tries() {
    let house = House::new().await;
    house.proxy.silence(true);
    let id = house.launched().await;
    for tries in 1..=4 {
        house.until(id, |_| house.has_started(id)).await;
        house.clock.pass(TimeDelta::minutes(2));
        house.until(id, |instance| instance.attempts == tries).await;
        house.clock.pass(TimeDelta::minutes(2));
        // What waits by a clock that was moved is looked at in the next round.
        house.runtime.meddle(id, Some);
    }
    let failed = house.until(id, |instance| instance.state == State::Failed).await;
    assert_eq!(failed.failure.expect("a reason").code, "editor-silent");
    house.until(id, |_| house.runtime.sandboxes().iter().all(|sandbox| sandbox.instance != id)).await;
    house.tasks.stop().await;
}

#[tokio::test]
async fn an_editor_is_asked_again_without_asking_the_runtime() {
    let house = House::new().await;
    house.proxy.silence(true);
    let id = house.launched().await;
    house.until(id, |_| house.proxy.asked() > 3).await;
    let (asked, looks, since) = (house.proxy.asked(), house.runtime.looks(), Instant::now());
    house.until(id, |_| house.proxy.asked() > asked + 15).await;
    // Three wait to be answered, and each is looked at every five seconds; it would be fifteen.
    let (looked, bound) = (house.runtime.looks() - looks, 3 * (1 + since.elapsed().as_secs().div_ceil(5)));
    assert!(looked as u64 <= bound, "{looked} looks for 15 questions, at most {bound}");
    // What tells of a change is seen at once all the same.
    house.runtime.meddle(id, |_| None);
    house.until(id, |instance| instance.state == State::Pending && house.runtime.made() > 3).await;
    house.tasks.stop().await;
}

#[tokio::test]
async fn after_a_gap_an_editor_is_not_asked_again_without_a_look() {
    let house = House::new().await;
    house.proxy.silence(true);
    let id = house.launched().await;
    house.until(id, |_| house.proxy.asked() > 3).await;
    house.runtime.mute();
    house.runtime.meddle(id, |_| None);
    let (made, since) = (house.runtime.made(), Instant::now());
    house.runtime.gap();
    house.until(id, |_| house.runtime.made() > made).await;
    // By itself it would be looked at five seconds after the last look.
    assert!(since.elapsed() < Duration::from_secs(3), "{:?}", since.elapsed());
    house.tasks.stop().await;
}

#[tokio::test]
async fn ports_are_for_life_and_never_shared() {
    let house = House::new().await;
    let all = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched").each;
    let mut ports: Vec<u16> = all.iter().map(|instance| instance.host_port).collect();
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 3);
    house.tasks.stop().await;
}

/// How long it takes until a sandbox that was taken away is made anew.
async fn replaced_after(house: &House, id: InstanceId) -> Duration {
    house.clock.pass(TimeDelta::minutes(5));
    let (made, since) = (house.runtime.made(), Instant::now());
    house.runtime.meddle(id, |_| None);
    while house.runtime.made() == made && since.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    since.elapsed()
}

#[tokio::test]
async fn a_change_is_seen_at_once_with_events_and_in_ten_seconds_without() {
    let house = House::new().await;
    let id = house.launched().await;
    house.running(id).await;
    // The best of three: a busy machine proves nothing about us.
    let mut told = Duration::MAX;
    for _ in 0..3 {
        told = told.min(replaced_after(&house, id).await);
        house.running(id).await;
    }
    assert!(told < Duration::from_millis(300), "{told:?} with events");
    house.runtime.mute();
    let untold = replaced_after(&house, id).await;
    assert!(untold < Duration::from_secs(10), "{untold:?} without");
    house.tasks.stop().await;
}
