//! Events, groups, users and their slugs.

use chrono::DateTime;
use rstest::rstest;
use thon_domain::{
    address::Addresses,
    event::{Event, EventSize, JoinPolicy, Schedule},
    name::{GroupName, UserName},
    page::PageRequest,
    sandbox::{Cpus, SandboxOverrides},
};
use thon_store::{
    StoreError, Subject, events, fleet, groups,
    instances::{self, InstanceFilter},
    people::{self, PersonFilter},
    slugs, users,
};

use crate::{
    database::{Kind, read, refused, sql, write},
    make,
};

#[rstest]
#[tokio::test]
async fn an_event_is_kept(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let first = make::event(1);
    let mut second = make::event(2);
    let (a, b) = (first.clone(), second.clone());
    write(&store, move |w| events::insert(w, &b).and_then(|()| events::insert(w, &a))).await;
    second.title = Some("Spring 🌱".to_owned());
    second.schedule = Schedule {
        starts_at: DateTime::parse_from_rfc3339("2026-10-24T09:00:00+02:00").ok(),
        ends_at: DateTime::parse_from_rfc3339("2026-10-25T18:00:00+01:00").ok(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    second.join_policy = JoinPolicy::Approval;
    second.archived_at = Some(make::at(5));
    second.updated_at = make::at(5);
    let changed = second.clone();
    assert!(write(&store, move |w| events::update(w, &changed)).await);
    assert!(!write(&store, |w| events::update(w, &make::event(3))).await);

    let id = second.id;
    assert_eq!(read(&store, move |c| events::find(c, id)).await, Some(second.clone()));
    assert_eq!(read(&store, |c| events::by_event_id(c, "event-1")).await, Some(first.clone()));
    assert_eq!(read(&store, |c| events::by_event_id(c, "event-3")).await, None);
    assert_eq!(read(&store, events::all).await, [first.clone(), second]);
    assert_eq!(read(&store, events::current).await, [first]);

    let mut same = make::event(4);
    same.event_id = "event-1".to_owned();
    let error = refused(&store, move |w| events::insert(w, &same)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::EventId)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn what_an_archived_event_holds_is_left_out(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let (cast, other) = (make::cast(), make::event(50));
    let elsewhere = make::group(51, &other, "elsewhere");
    let zoe = make::user(52, &elsewhere, "zoe");
    let archived = Event { archived_at: Some(make::at(1)), ..other.clone() };
    let (rows, theirs) = (cast.clone(), zoe.clone());
    write(&store, move |w| {
        rows.insert(w)?;
        events::insert(w, &other)?;
        groups::insert(w, &elsewhere)?;
        users::insert(w, &theirs)?;
        instances::insert(w, &make::instance(60, &theirs))?;
        instances::insert(w, &make::instance(61, &rows.users[0]))
    })
    .await;
    let seen = async || {
        read(&store, |c| {
            let people = people::page(c, &PersonFilter { current: true, ..PersonFilter::default() }, None)?.1;
            let running = InstanceFilter { current: true, ..InstanceFilter::default() };
            let running = instances::page(c, &running, PageRequest { page: 1, page_size: 50 })?.1;
            let view = fleet::snapshot(c, Addresses::local(8100))?;
            Ok((users::current(c)?.len(), people, running, (view.groups.len(), view.users.len(), view.instances.len())))
        })
        .await
    };
    let all = cast.users.len();
    let (groups, people) = (read(&store, groups::all).await.len(), all as u64);
    assert_eq!(seen().await, (all + 1, people + 1, 2, (groups, all + 1, 2)));
    write(&store, move |w| events::update(w, &archived)).await;
    assert_eq!(seen().await, (all, people, 1, (groups - 1, all, 1)));
    assert_eq!(read(&store, move |c| users::find(c, zoe.id)).await.map(|user| user.id), Some(zoe.id), "they are kept");
}

#[rstest]
#[tokio::test]
async fn an_event_has_a_size(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let (cast, empty, other) = (make::cast(), make::event(50), make::event(51));
    let lonely = make::group(52, &other, "lonely");
    let rows = (cast.clone(), empty.clone(), other.clone());
    write(&store, move |w| {
        rows.0.insert(w)?;
        events::insert(w, &rows.1)?;
        events::insert(w, &rows.2)?;
        groups::insert(w, &lonely)
    })
    .await;
    let first = EventSize { groups: 1, people: cast.users.len() };
    let sizes = read(&store, events::sizes).await;
    assert_eq!(sizes, [(cast.event.id, first), (other.id, EventSize { groups: 1, people: 0 })].into());
}

#[rstest]
#[tokio::test]
async fn a_group_is_kept(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let (event, other) = (make::event(1), make::event(2));
    let beta = make::group(3, &event, "Beta");
    let mut alpha = make::group(4, &event, "alpha");
    let elsewhere = make::group(5, &other, "alpha");
    let rows = (event.clone(), other, beta.clone(), alpha.clone(), elsewhere.clone());
    write(&store, move |w| {
        events::insert(w, &rows.0)?;
        events::insert(w, &rows.1)?;
        [rows.2, rows.3, rows.4].iter().try_for_each(|group| groups::insert(w, group))
    })
    .await;
    alpha.name = GroupName::new("ALPHA").expect("a name");
    alpha.title = Some("First".to_owned());
    let changed = alpha.clone();
    assert!(write(&store, move |w| groups::update(w, &changed)).await);

    let (id, event_id) = (beta.id, event.id);
    assert_eq!(read(&store, move |c| groups::find(c, id)).await, Some(beta.clone()));
    let name = GroupName::new("aLPHa").expect("a name");
    assert_eq!(read(&store, move |c| groups::by_name(c, event_id, &name)).await, Some(alpha.clone()));
    assert_eq!(read(&store, move |c| groups::of_event(c, event_id)).await, [alpha.clone(), beta.clone()]);
    assert_eq!(read(&store, groups::all).await, [alpha, elsewhere, beta]);
}

#[rstest]
#[tokio::test]
async fn a_user_is_kept(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = make::with_cast(kind).await;
    let [mut ada, bob, eve] = cast.users.clone();
    ada.account = Some(cast.account.id);
    ada.email = Some("ada@example.org".to_owned());
    ada.name = UserName::new("Zoë").expect("a name");
    let changed = ada.clone();
    assert!(write(&store, move |w| users::update(w, &changed)).await);

    let (group, account, bobs, slug) = (cast.group.id, cast.account.id, bob.id, eve.slug.clone());
    assert_eq!(read(&store, move |c| users::find(c, bobs)).await, Some(bob.clone()));
    let name = UserName::new("ZOË").expect("a name");
    assert_eq!(read(&store, move |c| users::by_name(c, group, &name)).await, Some(ada.clone()));
    assert_eq!(read(&store, move |c| users::by_slug(c, &slug)).await, Some(eve.clone()));
    assert_eq!(read(&store, move |c| users::of_account(c, account)).await, std::slice::from_ref(&ada));
    assert_eq!(read(&store, move |c| users::of_group(c, group)).await, [bob.clone(), eve.clone(), ada.clone()]);
    assert_eq!(read(&store, users::all).await, [bob, eve, ada]);
}

#[rstest]
#[tokio::test]
async fn names_are_taken_whatever_their_case(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = make::with_cast(kind).await;

    let group = make::group(30, &cast.event, "ALPHA");
    let error = refused(&store, move |w| groups::insert(w, &group)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::GroupName)), "{error:?}");
    assert_eq!(error.to_string(), "the event already has a group of this name");

    let user = make::user(30, &cast.group, "ADA");
    let error = refused(&store, move |w| users::insert(w, &user)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::UserName)), "{error:?}");

    let mut bob = cast.users[1].clone();
    bob.name = UserName::new("Ada").expect("a name");
    let error = refused(&store, move |w| users::update(w, &bob)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::UserName)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_slug_is_never_given_twice(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = make::with_cast(kind).await;
    let gone = cast.users[0].clone();
    sql(&store, &format!("DELETE FROM users WHERE id = '{}'", gone.id)).await;

    let (slug, other) = (gone.slug.clone(), make::user(99, &cast.group, "x").slug);
    assert!(read(&store, move |c| slugs::is_given(c, &slug)).await);
    assert!(!read(&store, move |c| slugs::is_given(c, &other)).await);
    let mut heir = make::user(40, &cast.group, "heir");
    heir.slug = gone.slug;
    let error = refused(&store, move |w| users::insert(w, &heir)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Slug)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_slug_does_not_change(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = make::with_cast(kind).await;
    let mut changed = cast.users[0].clone();
    changed.slug = make::user(99, &cast.group, "x").slug;
    assert!(!write(&store, move |w| users::update(w, &changed)).await);
}

/// Both databases sort by bytes, whatever the collation of the whole.
#[rstest]
#[tokio::test]
async fn names_are_sorted_alike(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let event = make::event(1);
    let names = ["Örn", "zebra", "a b", "a-b", "ab", "Ab1", "数据", "ähnlich", "été", "_x", "10", "9", "🦀"];
    write(&store, move |w| {
        events::insert(w, &event)?;
        (2..).zip(names).try_for_each(|(n, name)| groups::insert(w, &make::group(n, &event, name)))
    })
    .await;
    let sorted: Vec<String> = read(&store, groups::all).await.into_iter().map(|group| group.name.into()).collect();
    let mut expected = names.to_vec();
    expected.sort_by_key(|name| name.to_lowercase());
    assert_eq!(sorted, expected);
}

#[rstest]
#[tokio::test]
async fn overrides_are_kept(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let cast = make::cast();
    let (mut group, mut user) = (cast.group.clone(), cast.users[0].clone());
    write(&store, move |w| cast.insert(w)).await;
    group.sandbox = SandboxOverrides { memory_bytes: Some(4 << 30), cpus: Cpus::new(1.5).ok(), ..Default::default() };
    user.sandbox = SandboxOverrides { image: Some("thon/mine:1".to_owned()), ..Default::default() };
    let (a, b) = (group.clone(), user.clone());
    write(&store, move |w| Ok(groups::update(w, &a)? && users::update(w, &b)?)).await;

    let (group_id, user_id) = (group.id, user.id);
    assert_eq!(read(&store, move |c| groups::find(c, group_id)).await, Some(group));
    assert_eq!(read(&store, move |c| users::find(c, user_id)).await, Some(user.clone()));
    sql(&store, &format!("UPDATE users SET sandbox = '{{' WHERE id = '{}'", user.id)).await;
    let error = store.read(move |c| users::find(c, user_id)).await.expect_err("unreadable");
    assert!(matches!(error, StoreError::Corrupt { place: "users.sandbox", .. }), "{error:?}");
}
