//! The whole table: every intent × state × observation.

use std::net::{Ipv4Addr, SocketAddr};

use strum::IntoEnumIterator;
use thon_domain::{
    id::{InstanceId, UserId},
    route::EditorSecret,
};
use uuid::Uuid;

use super::*;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn instance(intent: Intent, state: State) -> Instance {
    let (id, user) = (InstanceId::new(Uuid::from_u128(1)), UserId::new(Uuid::from_u128(2)));
    Instance { state, intent, generation: 2, ..Instance::first(id, user, 8443, NOW) }
}

fn sandbox(generation: u32, condition: Condition) -> Sandbox {
    Sandbox {
        instance: InstanceId::new(Uuid::from_u128(1)),
        generation,
        condition,
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8443)),
        secret: EditorSecret::new("x"),
        image: "thon/sandbox-lite:latest".to_owned(),
    }
}

fn observations() -> Vec<(&'static str, Option<Sandbox>)> {
    let running = Condition::Running { since: NOW };
    let old = Condition::Running { since: NOW - START_DEADLINE };
    let elsewhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 8444));
    vec![
        ("absent", None),
        ("old generation", Some(sandbox(1, running.clone()))),
        ("created", Some(sandbox(2, Condition::Created))),
        ("running elsewhere", Some(Sandbox { address: elsewhere, ..sandbox(2, running.clone()) })),
        ("running", Some(sandbox(2, running))),
        ("running too long", Some(sandbox(2, old))),
        ("paused", Some(sandbox(2, Condition::Paused))),
        ("exited 1", Some(sandbox(2, Condition::Exited { code: 1, out_of_memory: false }))),
        ("out of memory", Some(sandbox(2, Condition::Exited { code: 137, out_of_memory: true }))),
    ]
}

fn word(step: &Step) -> String {
    match step {
        Step::Probe { last } => format!("Probe, then {}", if *last { "give up" } else { "again" }),
        Step::Lost { code, .. } => format!("Lost {code}"),
        Step::TryFailed { code, .. } => format!("TryFailed {code}"),
        Step::LostWhilePaused { code, .. } => format!("LostWhilePaused {code}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_combination_is_decided() {
    let mut table = Vec::new();
    for intent in Intent::iter() {
        for state in State::iter() {
            for (seen, observed) in observations() {
                // Whoever starts was asked to long ago; one that goes on after a pause, just now.
                let asked = if state == State::Resuming { NOW } else { NOW - START_DEADLINE };
                let instance = Instance { state_since: asked, ..instance(intent, state) };
                let step = next_step(&instance, observed.as_ref(), NOW);
                table.push(format!("{intent:9} {:10} {seen:17} -> {}", state.to_string(), word(&step)));
            }
        }
    }
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn a_failed_try_waits_longer_each_time_and_then_gives_up() {
    let mut now = NOW;
    let mut waits = Vec::new();
    let mut tried = instance(Intent::Run, State::Pending);
    loop {
        tried = after_failed_try(&tried, "x", "because", now);
        let Some(due) = tried.next_attempt_at else { break };
        assert_eq!(next_step(&tried, None, now), Step::Wait { until: due });
        assert_eq!(next_step(&tried, None, due), Step::Create);
        waits.push((due - now).num_seconds());
        now = due;
    }
    assert_eq!(waits, [2, 10, 60]);
    assert_eq!(tried.state, State::Failed);
    assert_eq!(next_step(&tried, None, now), Step::Rest);
}

#[test]
fn a_loss_after_a_good_while_starts_again_at_once() {
    let running = instance(Intent::Run, State::Running);
    let lost = after_loss(&running, "sandbox-vanished", "gone", NOW + LIVED);
    assert_eq!((lost.state, lost.attempts, lost.next_attempt_at), (State::Pending, 0, None));
    let soon = after_loss(&running, "sandbox-vanished", "gone", NOW + Duration::seconds(5));
    assert_eq!((soon.state, soon.attempts), (State::Pending, 1));
}

/// The runtime may be on another machine, or the clock has jumped since it started the sandbox.
#[test]
fn a_start_has_its_time_whatever_the_runtimes_clock_says() {
    let asked = instance(Intent::Run, State::Pending);
    let started = sandbox(2, Condition::Running { since: NOW - Duration::hours(1) });
    let step = |after| next_step(&asked, Some(&started), NOW + after);
    assert_eq!(step(Duration::seconds(5)), Step::Probe { last: false });
    assert_eq!(step(START_DEADLINE), Step::Probe { last: true });
}

/// From anything seen, following the steps never ends a sandbox that should run and does.
#[test]
fn a_good_running_sandbox_is_left_alone() {
    let step = next_step(
        &instance(Intent::Run, State::Running),
        Some(&sandbox(2, Condition::Running { since: NOW - Duration::days(3) })),
        NOW,
    );
    assert_eq!(step, Step::Rest);
}
