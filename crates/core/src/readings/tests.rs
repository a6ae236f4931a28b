//! Measuring on a runtime in memory.

use thon_domain::{
    id::WorkspaceId,
    instance::{Instance, Intent},
    workspace::{Storage, Workspace},
};
use thon_store::Stamp;

use super::*;
use crate::{
    actor::Actor,
    fake::runtime::{DIRECTORY_BYTES, Shelf, VOLUME_BYTES},
    port::runtime::RuntimeError,
    testing::Ground,
};

struct Stage {
    ground: Ground,
    shelf: Arc<Shelf>,
    readings: Readings,
    reader: Reader,
    alice: UserId,
}

/// Alice's sandbox runs.
async fn stage() -> Stage {
    let ground = Ground::with("{ alpha: [alice] }").await;
    let nature = ground.clock.nature();
    let shelf = Arc::new(Shelf::new(nature.clock.clone()));
    let alice = run(&ground, &shelf, "alpha/alice").await;
    let readings = Readings::default();
    let reader = Reader::new(ground.store.clone(), nature, shelf.clone(), readings.clone());
    Stage { ground, shelf, readings, reader, alice }
}

/// Lets somebody's sandbox run.
async fn run(ground: &Ground, shelf: &Shelf, name: &str) -> UserId {
    let user = ground.user(name).await.id;
    let nature = ground.clock.nature();
    let id = InstanceId::new(nature.ids.next());
    let port = 20_001 + u16::try_from(shelf.sandboxes().len()).expect("a few");
    let first = Instance::first(id, user, port, nature.clock.now());
    let running = Instance { state: State::Running, intent: Intent::Run, ..first };
    ground.store.write(stamp(ground), move |w| instances::insert(w, &running)).await.expect("an instance");
    shelf.put(id);
    user
}

fn stamp(ground: &Ground) -> Stamp {
    Stamp { at: ground.clock.nature().clock.now(), cause: Actor::operator().cause() }
}

#[tokio::test]
async fn the_second_count_tells_what_is_taken_and_ten_minutes_are_kept() {
    let Stage { ground, readings, mut reader, alice, shelf: _shelf } = stage().await;
    let looked = readings.watch();
    reader.measure().await.expect("measured");
    assert!(looked.borrow().is_empty(), "one count tells no rate");
    for _ in 0..200 {
        ground.clock.pass(TimeDelta::seconds(5));
        reader.measure().await.expect("measured");
    }
    let reading = looked.borrow().get(&alice).copied().expect("a reading");
    assert_eq!((reading.cpu_millis, reading.memory_bytes), (250, 128 << 20));
    let past = readings.past(alice);
    assert_eq!(past.len(), 120, "ten minutes of every five seconds");
    assert_eq!(past.last(), Some(&reading));
}

#[tokio::test]
async fn files_are_measured_wherever_they_are_kept_and_nothing_where_none_are() {
    let Stage { ground, mut reader, readings, shelf, .. } = stage().await;
    ground.import("{ alpha: [alice, bob, carol] }").await;
    for name in ["alpha/bob", "alpha/carol"] {
        run(&ground, &shelf, name).await;
    }
    let bound = Storage::Bind { path: "/srv/bob".to_owned() };
    let kept = [("alpha/alice", Storage::Volumes), ("alpha/bob", bound), ("alpha/carol", Storage::Ephemeral)];
    let mut users = Vec::new();
    for (name, storage) in kept {
        let user = ground.user(name).await;
        users.push(user.id);
        let id = WorkspaceId::new(ground.clock.nature().ids.next());
        let workspace = Workspace { storage, ..Workspace::of(id, user.id, &user.slug) };
        ground.store.write(stamp(&ground), move |w| workspaces::insert(w, &workspace)).await.expect("kept");
    }
    let looked = readings.watch();
    for _ in 0..2 {
        ground.clock.pass(TimeDelta::seconds(5));
        reader.measure().await.expect("measured");
    }
    let told: Vec<_> = users.iter().map(|user| looked.borrow()[user].disk_bytes).collect();
    assert_eq!(told, [Some(2 * VOLUME_BYTES), Some(DIRECTORY_BYTES + VOLUME_BYTES), None]);
}

#[tokio::test]
async fn what_cannot_be_measured_anew_is_not_told_any_more() {
    let Stage { ground, shelf, readings, mut reader, alice } = stage().await;
    for _ in 0..2 {
        ground.clock.pass(TimeDelta::seconds(5));
        reader.measure().await.expect("measured");
    }
    assert!(readings.watch().borrow().contains_key(&alice));
    shelf.break_with(Some(RuntimeError::Unavailable { reason: "away".to_owned() }));
    reader.measure().await.expect_err("nothing answers");
    assert!(readings.watch().borrow().is_empty());
    assert!(!readings.past(alice).is_empty(), "what was stays true of then");
    ground.clock.pass(TimeDelta::minutes(11));
    reader.measure().await.expect_err("nothing answers");
    assert!(readings.past(alice).is_empty() && readings.kept().is_empty(), "nothing is kept for ever");
}
