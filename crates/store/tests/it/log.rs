//! The activity log: its numbers, its order, and what the bus tells.

use std::sync::Arc;

use rstest::rstest;
use thon_domain::{
    account::TokenKind,
    live::{Activity, Cause, Change},
};
use thon_store::{Stamp, Store, StoreError, activity, events, settings};
use tokio::{
    sync::broadcast::{Receiver, error::TryRecvError},
    task::JoinSet,
};

use crate::{
    database::{Kind, read, refused, write},
    make,
};

fn change(n: u32) -> Change {
    Change::AccountCreated { account: make::account(n).id, name: format!("Person {n}") }
}

fn heard(bus: &mut Receiver<Arc<Activity>>) -> Vec<Arc<Activity>> {
    std::iter::from_fn(|| bus.try_recv().ok()).collect()
}

async fn log(store: &Store) -> Vec<Activity> {
    read(store, |c| activity::after(c, 0, 10_000)).await
}

#[rstest]
#[tokio::test]
async fn what_is_recorded_is_kept_and_told(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let mut bus = store.activity();
    let cause = Cause { account: Some(make::account(1).id), name: "Alice".to_owned() };
    let stamp = Stamp { at: make::at(0) + chrono::TimeDelta::nanoseconds(999), cause: cause.clone() };
    let numbers = store.write(stamp, |w| {
        let link = Change::LinkMade { account: make::account(1).id, kind: TokenKind::SignIn };
        Ok::<_, StoreError>((w.record(change(1))?, w.record(link)?, w.at()))
    });
    assert_eq!(numbers.await.expect("it is written"), (1, 2, make::at(0)));
    let kept = log(&store).await;
    assert_eq!(kept[0], Activity { number: 1, at: make::at(0), cause, change: change(1) });
    assert_eq!(heard(&mut bus).iter().map(|entry| Activity::clone(entry)).collect::<Vec<_>>(), kept);
    assert_eq!(read(&store, |c| activity::after(c, 1, 10)).await, kept[1..]);
    assert_eq!(read(&store, |c| activity::after(c, 0, 1)).await, kept[..1]);
    assert_eq!(read(&store, activity::last_number).await, 2);
}

#[rstest]
#[tokio::test]
async fn a_write_without_a_record_uses_no_number(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    write(&store, |w| settings::set(w, "key", "value")).await;
    assert_eq!(read(&store, activity::last_number).await, 0);
    assert_eq!(write(&store, |w| w.record(change(1))).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_failed_write_never_was(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let mut bus = store.activity();
    let error = refused(&store, |w| {
        events::insert(w, &make::event(1))?;
        w.record(change(1))?;
        Err::<(), _>(StoreError::Unavailable("on purpose".to_owned()))
    });
    assert_eq!(error.await.to_string(), "the database is not available: on purpose");
    assert_eq!(bus.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(read(&store, events::all).await, []);
    assert_eq!(write(&store, |w| w.record(change(2))).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_panic_takes_the_write_back(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let mut bus = store.activity();
    let doomed = store.clone();
    let mut task = JoinSet::new();
    task.spawn(async move {
        doomed
            .write(make::stamp(), |w| {
                w.record(change(1))?;
                assert_ne!(w.at(), make::at(0), "on purpose");
                Ok::<_, StoreError>(())
            })
            .await
    });
    assert!(task.join_next().await.expect("one task").expect_err("it panicked").is_panic());
    assert_eq!(bus.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(write(&store, |w| w.record(change(2))).await, 1);
}

/// Two stores on one database, as two processes would be, each with many writers at once.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_rise_by_commit(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (database, first) = kind.store().await;
    let second = Store::open(&database.url).await.expect("a second store");
    let mut buses = [first.activity(), second.activity()];
    let mut writers = JoinSet::new();
    for n in 0..60 {
        let store = if n % 2 == 0 { first.clone() } else { second.clone() };
        writers.spawn(async move {
            let many = n % 4;
            write(&store, move |w| (0..many).map(|i| w.record(change(n * 4 + i))).collect::<Result<Vec<_>, _>>()).await
        });
    }
    let written = writers.join_all().await;
    for numbers in &written {
        assert!(
            numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "one write's numbers stand together: {numbers:?}"
        );
    }
    let kept = log(&first).await;
    let total = i64::try_from(written.iter().map(Vec::len).sum::<usize>()).expect("few");
    assert_eq!(kept.iter().map(|entry| entry.number).collect::<Vec<_>>(), (1..=total).collect::<Vec<_>>());
    let told = buses.each_mut().map(heard);
    assert!(told.iter().all(|entries| entries.is_sorted_by_key(|entry| entry.number)), "the bus is in commit order");
    assert_eq!(told.iter().map(Vec::len).sum::<usize>(), kept.len());
}

#[rstest]
#[tokio::test]
async fn settings_are_set_again(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    assert_eq!(read(&store, |c| settings::value(c, "key")).await, None);
    write(&store, |w| settings::set(w, "key", "one")).await;
    write(&store, |w| settings::set(w, "key", "two")).await;
    assert_eq!(read(&store, |c| settings::value(c, "key")).await.as_deref(), Some("two"));
}
