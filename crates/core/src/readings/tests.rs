//! Measuring on a runtime in memory.

use thon_domain::instance::{Instance, Intent};
use thon_store::Stamp;

use super::*;
use crate::{actor::Actor, fake::runtime::Shelf, port::runtime::RuntimeError, testing::Ground};

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
    let alice = ground.user("alpha/alice").await.id;
    let nature = ground.clock.nature();
    let shelf = Arc::new(Shelf::new(nature.clock.clone()));
    let id = InstanceId::new(nature.ids.next());
    let first = Instance::first(id, alice, 20_001, nature.clock.now());
    let running = Instance { state: State::Running, intent: Intent::Run, ..first };
    let stamp = Stamp { at: nature.clock.now(), cause: Actor::operator().cause() };
    ground.store.write(stamp, move |w| instances::insert(w, &running)).await.expect("an instance");
    shelf.put(id);
    let readings = Readings::default();
    let reader = Reader::new(ground.store.clone(), nature, shelf.clone(), readings.clone());
    Stage { ground, shelf, readings, reader, alice }
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
