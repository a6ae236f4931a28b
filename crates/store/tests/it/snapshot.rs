//! The promise of the live view: a snapshot and what follows is the later snapshot.

use std::{sync::mpsc, time::Duration};

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use rstest::rstest;
use thon_domain::{
    address::Addresses,
    instance::{Instance, State},
    live::{Change, FleetView},
    user::User,
};
use thon_store::{Store, StoreError, Writer, activity, events, fleet, groups, instances, slugs, users};

use crate::{
    database::{Kind, read, write},
    make,
};

/// One thing that may be done; one that does not fit is left out.
#[derive(Clone, Copy, Debug)]
enum Act {
    Group(u16),
    User { group: u16, n: u16 },
    Email(u16),
    Launch(u16),
    Step(u16),
    Move { n: u16, to: u16 },
    Leave(u16),
    Close(u16),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0_u16..3).prop_map(Act::Group),
        (0_u16..3, 0_u16..4).prop_map(|(group, n)| Act::User { group, n }),
        (0_u16..4).prop_map(Act::Email),
        (0_u16..4).prop_map(Act::Launch),
        (0_u16..4).prop_map(Act::Step),
        (0_u16..4, 0_u16..3).prop_map(|(n, to)| Act::Move { n, to }),
        (0_u16..4).prop_map(Act::Leave),
        (0_u16..3).prop_map(Act::Close),
    ]
}

fn perform(w: &mut Writer<'_>, act: Act) -> Result<(), StoreError> {
    let event = make::event(1);
    let group = |n: u16| make::group(100 + u32::from(n), &event, &format!("group {n}"));
    let user = |n: u16| make::user(200 + u32::from(n), &group(0), &format!("user {n}"));
    let change = match act {
        Act::Group(n) if groups::find(w, group(n).id)?.is_none() => {
            groups::insert(w, &group(n))?;
            Change::GroupCreated { group: group(n) }
        }
        // Who left does not come back: the slug is given once.
        Act::User { group: of, n } if !slugs::is_given(w, &user(n).slug)? => {
            let Some(group) = groups::find(w, group(of).id)? else { return Ok(()) };
            let user = make::user(200 + u32::from(n), &group, &format!("user {n}"));
            users::insert(w, &user)?;
            Change::UserCreated { user }
        }
        Act::Email(n) => {
            let Some(mut user) = users::find(w, user(n).id)? else { return Ok(()) };
            user.email = Some(format!("{}@example.org", w.at()));
            users::update(w, &user)?;
            Change::UserChanged { user }
        }
        Act::Launch(n) => {
            let Some(user) = users::find(w, user(n).id)? else { return Ok(()) };
            let instance = make::instance(n, &user);
            if instances::of_user(w, user.id)?.is_some() {
                return Ok(());
            }
            instances::insert(w, &instance)?;
            Change::InstanceLaunched { instance }
        }
        Act::Step(n) => {
            let Some(before) = instances::of_user(w, user(n).id)? else { return Ok(()) };
            let after = Instance { state: State::Running, attempts: before.attempts + 1, ..before.clone() };
            instances::update(w, &before, &after)?;
            Change::InstanceStarted { instance: after }
        }
        Act::Move { n, to } => {
            let (Some(before), Some(to)) = (users::find(w, user(n).id)?, groups::find(w, group(to).id)?) else {
                return Ok(());
            };
            let user = User { group: to.id, ..before.clone() };
            users::update(w, &user)?;
            Change::UserMoved { user, from: before.group }
        }
        Act::Leave(n) => {
            let Some(user) = users::find(w, user(n).id)? else { return Ok(()) };
            users::delete(w, user.id)?;
            Change::UserDeleted { user }
        }
        Act::Close(n) => {
            let Some(group) = groups::find(w, group(n).id)? else { return Ok(()) };
            let gone = users::of_group(w, group.id)?;
            groups::delete(w, group.id)?;
            w.record_all(gone.into_iter().map(|user| Change::UserDeleted { user }))?;
            Change::GroupDeleted { group }
        }
        _ => return Ok(()),
    };
    w.record(change).map(drop)
}

async fn snapshot(store: &Store) -> FleetView {
    read(store, |c| fleet::snapshot(c, Addresses::local(8100))).await
}

/// A snapshot before each write and at the end, each continued by what the log says.
async fn holds(kind: Kind, writes: Vec<Vec<Act>>) {
    let (_database, store) = kind.store().await;
    write(&store, |w| {
        events::insert(w, &make::event(1))?;
        w.record(Change::EventCreated { event: make::event(1) })
    })
    .await;
    let mut snapshots = vec![snapshot(&store).await];
    for acts in writes {
        write(&store, move |w| acts.into_iter().try_for_each(|act| perform(w, act))).await;
        snapshots.push(snapshot(&store).await);
    }
    let last = snapshots[snapshots.len() - 1].clone();
    for mut view in snapshots {
        let number = view.number;
        let missed = read(&store, move |c| activity::after(c, number, 10_000)).await;
        for entry in &missed {
            view.apply(entry);
        }
        assert_eq!(view, last, "from {number}");
    }
}

#[rstest]
fn a_snapshot_and_what_follows_is_the_later_snapshot(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let config = ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&vec(vec(act(), 0..6), 1..12), |writes| {
            runtime.block_on(holds(kind, writes));
            Ok(())
        })
        .expect("it holds");
}

/// A reader sees one moment, whatever is committed while it reads.
#[rstest]
#[tokio::test]
async fn a_reader_sees_one_moment(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let (began, begun) = mpsc::channel();
    let (wrote, written) = mpsc::channel();
    let reader = read(&store, move |c| {
        let before = events::all(c)?.len();
        began.send(()).expect("somebody waits");
        written.recv_timeout(Duration::from_secs(20)).expect("the write is done meanwhile");
        Ok((before, events::all(c)?.len(), activity::last_number(c)?))
    });
    let writer = async {
        let waiting = tokio::task::spawn_blocking(move || begun.recv_timeout(Duration::from_secs(20)));
        waiting.await.expect("no panic").expect("the reader has begun");
        write(&store, |w| {
            events::insert(w, &make::event(1))?;
            w.record(Change::EventCreated { event: make::event(1) })
        })
        .await;
        wrote.send(()).expect("the reader waits");
    };
    let (seen, ()) = tokio::join!(reader, writer);
    assert_eq!(seen, (0, 0, 0));
    assert_eq!(read(&store, events::all).await.len(), 1);
}
