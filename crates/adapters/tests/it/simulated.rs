//! What only simulated sandboxes can do: go wrong on demand, and be a thousand.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::StreamExt as _;
use thon_adapters::runtime::simulated::{Act, Chances, Fault, Faults, Simulated, SimulatedOptions};
use thon_core::{
    clock::SystemClock,
    port::runtime::{Condition, RuntimeError, RuntimeEvent, SandboxRuntime as _, SandboxSpec},
    task::Tasks,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    editor,
    stage::{Stage, rejection},
};

/// A runtime, its faults, and its end.
fn simulated(faults: Faults) -> (Simulated, Arc<Faults>, DropGuard) {
    let (tasks, faults) = (Tasks::default(), Arc::new(faults));
    let guard = tasks.stopping().clone().drop_guard();
    let start_delay = Duration::from_millis(20);
    let options = SimulatedOptions {
        start_delay,
        clock: Arc::new(SystemClock),
        faults: faults.clone(),
        tasks,
        closing: CancellationToken::new(),
    };
    (Simulated::new(options), faults, guard)
}

fn person(name: &str) -> SandboxSpec {
    Stage::simulated().person(name)
}

#[tokio::test]
async fn simulated_faults_strike_as_they_are_scripted() {
    let (runtime, faults, _guard) = simulated(Faults::default());
    let spec = person("ada");
    faults.script(Act::Create, [Fault::Unavailable, Fault::Rejected]);
    assert!(matches!(runtime.create(&spec).await, Err(RuntimeError::Unavailable { .. })));
    assert_eq!(rejection(runtime.create(&spec).await), "simulated-refusal");
    assert_eq!(runtime.inspect(spec.instance).await, Ok(None));
    runtime.create(&spec).await.expect("created");

    faults.script(Act::Start, [Fault::Slow(Duration::from_millis(300)), Fault::Vanishing]);
    let began = Instant::now();
    runtime.start(spec.instance).await.expect("started");
    assert!(began.elapsed() >= Duration::from_millis(300));
    editor::healthy(spec.host_port).await;
    runtime.start(spec.instance).await.expect("started");
    assert_eq!(runtime.inspect(spec.instance).await, Ok(None));
    assert_eq!(editor::status(spec.host_port, "/healthz", None).await, None);
}

#[tokio::test]
async fn simulated_outage_answers_nothing_and_loses_nothing() {
    let (runtime, faults, _guard) = simulated(Faults::default());
    let spec = person("ada");
    runtime.create(&spec).await.expect("created");
    runtime.start(spec.instance).await.expect("started");
    let before = runtime.list().await.expect("a list");
    faults.outage(true);
    assert!(matches!(runtime.list().await, Err(RuntimeError::Unavailable { .. })));
    assert!(matches!(runtime.check().await, Err(RuntimeError::Unavailable { .. })));
    assert!(matches!(runtime.remove(spec.instance).await, Err(RuntimeError::Unavailable { .. })));
    editor::healthy(spec.host_port).await;
    faults.outage(false);
    assert_eq!(runtime.list().await, Ok(before));
}

#[tokio::test]
async fn simulated_disk_that_is_full_makes_nothing() {
    let (runtime, faults, _guard) = simulated(Faults::default());
    faults.full_disk(true);
    let spec = person("ada");
    assert_eq!(rejection(runtime.create(&spec).await), "no-space");
    assert_eq!(runtime.volumes().await, Ok(vec![]));
    faults.full_disk(false);
    runtime.create(&spec).await.expect("created");
}

#[tokio::test]
async fn simulated_silence_ends_with_a_gap() {
    let (runtime, _, _guard) = simulated(Faults::default());
    let mut watched = runtime.watch();
    let (ada, bob) = (person("ada"), person("bob"));
    runtime.silence(true);
    runtime.create(&ada).await.expect("created");
    runtime.silence(false);
    runtime.create(&bob).await.expect("created");
    assert_eq!(watched.next().await, Some(RuntimeEvent::Gap));
    assert_eq!(watched.next().await, Some(RuntimeEvent::Changed(bob.instance)));
}

#[tokio::test]
async fn simulated_crash_leaves_the_sandbox_with_its_exit_code() {
    let (runtime, _, _guard) = simulated(Faults::default());
    let spec = person("ada");
    runtime.create(&spec).await.expect("created");
    runtime.start(spec.instance).await.expect("started");
    runtime.crash(spec.instance, 137, true).await;
    let condition = async || runtime.inspect(spec.instance).await.expect("an answer").map(|one| one.condition);
    assert_eq!(condition().await, Some(Condition::Exited { code: 137, out_of_memory: true }));
    assert_eq!(editor::status(spec.host_port, "/healthz", None).await, None);
    runtime.start(spec.instance).await.expect("started again");
    assert!(matches!(condition().await, Some(Condition::Running { .. })));
}

/// Each takes a socket and two small tasks. Bounded far above what it takes, for machines that do other things, too.
#[tokio::test]
async fn simulated_thousand_run_in_one_process() {
    let (runtime, _, _guard) = simulated(Faults::seeded(1, Chances::default()));
    let stage = Stage::simulated();
    let before = resident_bytes();
    let began = Instant::now();
    let mut people = Vec::new();
    for nth in 0..1000 {
        // One after the other: a port is free when it is chosen, and not for long.
        let spec = stage.person(&format!("p{nth}"));
        runtime.create(&spec).await.expect("created");
        runtime.start(spec.instance).await.expect("started; with `ulimit -n` below 1100 it cannot");
        people.push(spec);
    }
    for spec in people.iter().step_by(50) {
        editor::healthy(spec.host_port).await;
    }
    let (took, each) = (began.elapsed(), resident_bytes().saturating_sub(before) / 1000);
    assert_eq!(runtime.list().await.expect("a list").len(), 1000);
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(each < 64 << 10, "{each} bytes each");
}

/// What this process takes (proc(5): `VmRSS`, in KiB).
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).expect("a number") << 10
}
