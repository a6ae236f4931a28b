//! Workspaces and instances.

use rstest::rstest;
use thon_domain::{
    instance::{Failure, Instance, Intent, State},
    page::PageRequest,
    sharing::{Audience, SharedPorts},
    workspace::Storage,
};
use thon_store::{
    Store, StoreError, Subject,
    instances::{self, InstanceFilter},
    workspaces,
};

use crate::{
    database::{Database, Kind, read, refused, write},
    make::{self, Cast},
};

/// A store with three instances, of the three users.
async fn with_instances(kind: Kind) -> (Database, Store, Cast, [Instance; 3]) {
    let (database, store) = kind.store().await;
    let cast = make::cast();
    let [ada, bob, eve] = &cast.users;
    let all = [make::instance(1, ada), make::instance(2, bob), make::instance(3, eve)];
    let (people, rows) = (cast.clone(), all.clone());
    write(&store, move |w| {
        people.insert(w)?;
        rows.iter().try_for_each(|instance| instances::insert(w, instance))
    })
    .await;
    (database, store, cast, all)
}

#[rstest]
#[tokio::test]
async fn a_workspace_is_a_users_only_one(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast, _) = with_instances(kind).await;
    let [ada, bob, _] = cast.users;
    let workspace = make::workspace(40, &ada);
    let (row, adas, bobs) = (workspace.clone(), ada.id, bob.id);
    write(&store, move |w| workspaces::insert(w, &row)).await;
    assert_eq!(read(&store, move |c| workspaces::of_user(c, adas)).await, Some(workspace.clone()));
    assert_eq!(read(&store, move |c| workspaces::of_user(c, bobs)).await, None);

    let mut second = make::workspace(41, &ada);
    second.workspace_volume.push_str("-2");
    second.home_volume.push_str("-2");
    let error = refused(&store, move |w| workspaces::insert(w, &second)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Workspace)), "{error:?}");
    let mut thief = make::workspace(42, &bob);
    thief.home_volume = workspace.home_volume;
    let error = refused(&store, move |w| workspaces::insert(w, &thief)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Volume)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_directory_is_of_one_workspace(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast, _) = with_instances(kind).await;
    let [ada, bob, _] = cast.users;
    let bound = Storage::Bind { path: "/srv/thon/ada".to_owned() };
    let hers = make::workspace(40, &ada).stored(bound.clone());
    let (row, id) = (hers.clone(), ada.id);
    write(&store, move |w| workspaces::insert(w, &row)).await;
    assert_eq!(read(&store, move |c| workspaces::of_user(c, id)).await, Some(hers));
    let thief = make::workspace(41, &bob).stored(bound);
    let error = refused(&store, move |w| workspaces::insert(w, &thief)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Volume)), "{error:?}");
    let passing = make::workspace(42, &bob).stored(Storage::Ephemeral);
    let (row, id) = (passing.clone(), bob.id);
    write(&store, move |w| workspaces::insert(w, &row)).await;
    assert_eq!(read(&store, move |c| workspaces::of_user(c, id)).await, Some(passing));
}

#[rstest]
#[tokio::test]
async fn an_instance_is_kept(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, _, all) = with_instances(kind).await;
    let before = all[0].clone();
    let after = Instance {
        state: State::Failed,
        state_since: make::at(9),
        intent: Intent::Terminate,
        generation: 7,
        attempts: 3,
        next_attempt_at: Some(make::at(60)),
        failure: Some(Failure { code: "image-missing".to_owned(), reason: "There is no image.".to_owned() }),
        image: Some("thon/sandbox-lite".to_owned()),
        secure: true,
        ephemeral: true,
        shared_ports: SharedPorts::NONE.with(3000.try_into().expect("a port"), Audience::Group),
        ..before.clone()
    };
    let (from, to, id, user) = (before.clone(), after.clone(), before.id, before.user);
    assert!(write(&store, move |w| instances::update(w, &from, &to)).await);
    assert_eq!(read(&store, move |c| instances::find(c, id)).await, Some(after.clone()));
    assert_eq!(read(&store, move |c| instances::of_user(c, user)).await, Some(after.clone()));
    let (from, to) = (after, Instance { generation: 7, intent: Intent::Terminate, attempts: 3, ..before });
    assert!(write(&store, move |w| instances::update(w, &from, &to)).await);
    let healed = read(&store, move |c| instances::find(c, id)).await.expect("it is there");
    assert_eq!((healed.failure, healed.next_attempt_at, healed.image), (None, None, None));
    assert_eq!(read(&store, instances::used_ports).await, [8501, 8502, 8503].into());
    assert_eq!(read(&store, instances::all).await.len(), 3);
}

/// Two who decided by the same row: the second is told that it has changed meanwhile.
#[rstest]
#[tokio::test]
async fn an_update_is_not_lost(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, _, all) = with_instances(kind).await;
    let seen = all[0].clone();
    let mut now = seen.clone();
    for change in [
        |i: &mut Instance| i.state = State::Running,
        |i: &mut Instance| i.intent = Intent::Terminate,
        |i: &mut Instance| i.generation += 1,
        |i: &mut Instance| i.attempts += 1,
        |i: &mut Instance| {
            i.shared_ports = i.shared_ports.with(3000.try_into().expect("a port"), Audience::Everybody);
        },
    ] {
        let before = now.clone();
        change(&mut now);
        let after = now.clone();
        let late = Instance { image: Some("late".to_owned()), ..before.clone() };
        let stale = before.clone();
        assert!(write(&store, move |w| instances::update(w, &before, &after)).await);
        assert!(!write(&store, move |w| instances::update(w, &stale, &late)).await);
    }
    let id = seen.id;
    assert_eq!(read(&store, move |c| instances::find(c, id)).await, Some(now));
}

#[rstest]
#[tokio::test]
async fn a_user_and_a_port_have_one_instance(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast, all) = with_instances(kind).await;
    let second = make::instance(9, &cast.users[0]);
    let error = refused(&store, move |w| instances::insert(w, &second)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Instance)), "{error:?}");
    let (before, mut after) = (all[0].clone(), all[0].clone());
    after.host_port = all[1].host_port;
    let error = refused(&store, move |w| instances::update(w, &before, &after)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::HostPort)), "{error:?}");
    let ghost = make::instance(10, &make::user(99, &cast.group, "ghost"));
    let error = refused(&store, move |w| instances::insert(w, &ghost)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Owner)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn instances_come_in_pages(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, _, all) = with_instances(kind).await;
    let (before, mut running) = (all[2].clone(), all[2].clone());
    running.state = State::Running;
    let after = running.clone();
    write(&store, move |w| instances::update(w, &before, &after)).await;
    let [first, second, _] = all;

    let page = |filter: InstanceFilter, page, page_size| {
        let store = store.clone();
        async move { read(&store, move |c| instances::page(c, &filter, PageRequest { page, page_size })).await }
    };
    let any = InstanceFilter::default;
    assert_eq!(page(any(), 1, 2).await, (vec![first.clone(), second.clone()], 3));
    assert_eq!(page(any(), 2, 2).await, (vec![running.clone()], 3));
    assert_eq!(page(any(), u32::MAX, u32::MAX).await, (vec![], 3));
    let states = InstanceFilter { states: vec![State::Running, State::Failed], ..any() };
    assert_eq!(page(states, 1, 10).await, (vec![running.clone()], 1));
    let own = InstanceFilter { states: vec![State::Pending], users: Some(vec![second.user, running.user]), ..any() };
    assert_eq!(page(own, 1, 10).await, (vec![second], 1));
    let nobody = InstanceFilter { users: Some(vec![]), ..any() };
    assert_eq!(page(nobody, 1, 10).await, (vec![], 0));
}
