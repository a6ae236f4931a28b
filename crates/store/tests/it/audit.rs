//! The audit: written with what it tells of, found again, and forgotten in time.

use std::net::{IpAddr, Ipv4Addr};

use rstest::rstest;
use thon_domain::{
    audit::{About, AuditEntry, AuditFilter, Deed, ObjectKind, Outcome, Via},
    live::{Cause, Change},
    page::PageRequest,
};
use thon_store::{
    Origin, Stamp, Store, StoreError, Trail,
    audit::{self, Line, Seen},
    events, groups, users,
};

use crate::{
    database::{Kind, read, write},
    make,
};

const FROM: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

fn trail() -> Trail {
    Trail::new(Origin { via: Via::Page, address: Some(FROM), request: Some("r-1".to_owned()) })
}

fn by(name: &str, seconds: i64) -> Stamp {
    Stamp { cause: Cause { account: Some(make::account(1).id), name: name.to_owned() }, ..make::stamp_at(seconds) }
}

/// An event with a group and alice in it, whom Rosa made.
async fn made(store: &Store, trail: &Trail) {
    let (event, seconds) = (make::event(1), 1);
    let group = make::group(2, &event, "alpha");
    let alice = make::user(3, &group, "alice");
    let written = store.write(by("Rosa", seconds), move |w| {
        events::insert(w, &event)?;
        groups::insert(w, &group)?;
        users::insert(w, &alice)?;
        w.record_all([Change::GroupCreated { group }, Change::UserCreated { user: alice }])
    });
    trail.clone().follow(written).await.expect("written");
}

async fn found(store: &Store, filter: AuditFilter, seen: Seen) -> Vec<AuditEntry> {
    let (entries, total) = read(store, move |c| audit::page(c, &filter, &seen, PageRequest::default())).await;
    assert_eq!(entries.len(), usize::try_from(total).expect("few"));
    entries
}

fn names(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.object.as_ref().map_or("", |object| object.name.as_str())).collect()
}

#[rstest]
#[tokio::test]
async fn what_is_done_stands_there_with_its_transaction(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let trail = trail();
    made(&store, &trail).await;
    assert_eq!(trail.course().written, 2);
    let all = found(&store, AuditFilter::default(), Seen::All).await;
    assert_eq!(names(&all), ["alpha/alice", "alpha"]);
    let alice = &all[0];
    assert_eq!((alice.who.as_str(), alice.via, alice.address), ("Rosa", Via::Page, Some(FROM)));
    assert_eq!((alice.deed, alice.detail.as_str(), alice.outcome), (Deed::EditUsers, "created", Outcome::Done));
    assert_eq!((alice.at, alice.request.as_deref()), (make::at(1), Some("r-1")));
    assert_eq!(alice.event, Some(make::event(1).id));

    let failed = store.write(by("Rosa", 2), |w| {
        w.record(Change::EventCreated { event: make::event(1) })?;
        Err::<(), _>(StoreError::Unavailable("on purpose".to_owned()))
    });
    trail.clone().follow(failed).await.expect_err("it is taken back");
    assert_eq!((trail.course().written, found(&store, AuditFilter::default(), Seen::All).await.len()), (2, 2));
}

#[rstest]
#[tokio::test]
async fn what_thon_does_by_itself_is_nobodys_act(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    write(&store, |w| w.record(Change::ClockJumped { seconds: 9 })).await;
    write(&store, |w| w.record(Change::SignedOut { account: make::account(1).id })).await;
    assert_eq!(found(&store, AuditFilter::default(), Seen::All).await, []);
    let waited = store.write(by("Rosa", 1), |w| w.record(Change::SignedOut { account: make::account(1).id }));
    waited.await.expect("written");
    let all = found(&store, AuditFilter::default(), Seen::All).await;
    assert_eq!((all[0].via, all[0].address), (Via::Background, None), "a job goes on without its request");
}

#[rstest]
#[tokio::test]
async fn what_is_gone_keeps_its_name(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    made(&store, &trail()).await;
    let group = make::group(2, &make::event(1), "alpha");
    let alice = make::user(3, &group, "alice");
    let gone = store.write(by("Rosa", 2), move |w| {
        users::delete(w, alice.id)?;
        w.record(Change::UserDeleted { user: alice })?;
        groups::delete(w, group.id)?;
        w.record(Change::GroupDeleted { group })
    });
    gone.await.expect("written");
    let all = found(&store, AuditFilter::default(), Seen::All).await;
    assert_eq!(names(&all)[..2], ["alpha", "alpha/alice"]);
    assert_eq!(all[1].detail, "deleted");
}

#[rstest]
#[tokio::test]
async fn lines_are_found_by_whom_what_and_when(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    made(&store, &trail()).await;
    let line = Line {
        at: make::at(10),
        account: None,
        who: "Mal_Lory".to_owned(),
        origin: trail().origin().clone(),
        deed: Deed::Terminate,
        detail: String::new(),
        object: None,
        event: None,
        outcome: Outcome::Refused,
        reason: Some("this instance is somebody else's".to_owned()),
        times: 3,
    };
    let about = About::User(make::user(3, &make::group(2, &make::event(1), "alpha"), "alice").id);
    write(&store, move |w| {
        let named = audit::unhappened(w, vec![(line, Some(about))])?;
        audit::insert(w, &named)
    })
    .await;
    let count = |filter: AuditFilter| found(&store, filter, Seen::All);
    let all = count(AuditFilter::default()).await;
    assert_eq!((all.len(), all[0].times), (3, 3));
    assert_eq!(all[0].object.as_ref().map(|object| object.kind), Some(ObjectKind::User), "it is named by its id");
    let who = |text: &str| AuditFilter { who: Some(text.to_owned()), ..AuditFilter::default() };
    let object = |text: &str| AuditFilter { object: Some(text.to_owned()), ..AuditFilter::default() };
    assert_eq!(count(who("ROSA")).await.len(), 2);
    assert_eq!(count(who("l_l")).await.len(), 1, "what LIKE takes for a joker is none");
    assert_eq!(count(who("l%l")).await.len(), 0);
    assert_eq!(count(object("Alpha/A")).await.len(), 2);
    assert_eq!(count(AuditFilter { deed: Some(Deed::EditGroups), ..AuditFilter::default() }).await.len(), 1);
    assert_eq!(count(AuditFilter { outcome: Some(Outcome::Refused), ..AuditFilter::default() }).await.len(), 1);
    assert_eq!(count(AuditFilter { since: Some(make::at(10)), ..AuditFilter::default() }).await.len(), 1);
    assert_eq!(count(AuditFilter { until: Some(make::at(10)), ..AuditFilter::default() }).await.len(), 2);

    let theirs = |events| Seen::Of { account: None, events };
    let others = Some(vec![make::event(9).id]);
    assert_eq!(found(&store, AuditFilter::default(), theirs(others.clone())).await.len(), 0);
    assert_eq!(found(&store, AuditFilter::default(), theirs(Some(vec![make::event(1).id]))).await.len(), 3);
    assert_eq!(found(&store, AuditFilter::default(), theirs(None)).await.len(), 3);
    let own = Seen::Of { account: Some(make::account(1).id), events: others };
    assert_eq!(found(&store, AuditFilter::default(), own).await.len(), 2, "what they did themselves");

    let older = read(&store, move |c| {
        audit::before(c, &AuditFilter::default(), &Seen::All, (i64::MAX, 2)).and_then(|first| {
            audit::before(c, &AuditFilter::default(), &Seen::All, (first[1].number, 2)).map(|rest| (first, rest))
        })
    })
    .await;
    assert_eq!((older.0.len(), older.1.len()), (2, 1));

    assert_eq!(write(&store, |w| audit::forget_before(w, make::at(10), 1)).await, 1);
    assert_eq!(write(&store, |w| audit::forget_before(w, make::at(10), 9)).await, 1);
    assert_eq!(found(&store, AuditFilter::default(), Seen::All).await.len(), 1);
}
