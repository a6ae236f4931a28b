//! What goes and what stays; many at once; lists of people with what hangs on them.

use rstest::rstest;
use thon_domain::{live::Change, page::PageRequest, workspace::VolumeRemoval};
use thon_store::{
    StoreError, Subject, activity, events, groups, instances,
    people::{self, PersonFilter},
    slugs, users, volume_removals, workspaces,
};

use crate::{
    database::{Kind, read, refused, write},
    make,
};

#[rstest]
#[tokio::test]
async fn what_goes_takes_along_what_hangs_on_it(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let cast = make::cast();
    let [ada, bob, _] = cast.users.clone();
    let (rows, of_ada) = (cast.clone(), ada.clone());
    write(&store, move |w| {
        rows.insert(w)?;
        workspaces::insert(w, &make::workspace(30, &of_ada))?;
        instances::insert(w, &make::instance(40, &of_ada))
    })
    .await;
    let id = ada.id;
    assert!(write(&store, move |w| users::delete(w, id)).await);
    assert!(!write(&store, move |w| users::delete(w, id)).await, "once is enough");
    assert_eq!(read(&store, move |c| instances::of_user(c, id)).await, None);
    assert_eq!(read(&store, move |c| workspaces::of_user(c, id)).await, None);
    let slug = ada.slug.clone();
    assert!(read(&store, move |c| slugs::is_given(c, &slug)).await, "a slug stays given");

    let (group, event, bobs) = (cast.group.id, cast.event.id, bob.id);
    assert!(write(&store, move |w| groups::delete(w, group)).await);
    assert_eq!(read(&store, move |c| users::find(c, bobs)).await, None);
    assert!(write(&store, move |w| events::delete(w, event)).await);
    assert_eq!(read(&store, events::all).await, []);
}

#[rstest]
#[tokio::test]
async fn a_wish_for_a_volume_is_kept_until_it_is_done(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let user = make::cast().users[0].id;
    let wish = |volume: &str, seconds| VolumeRemoval {
        volume: volume.to_owned(),
        user,
        asked_at: make::at(seconds),
        asked_by: "Zoë".to_owned(),
    };
    let (late, early) = (wish("a", 5), wish("b", 1));
    let (first, second) = (late.clone(), early.clone());
    write(&store, move |w| volume_removals::insert(w, &first).and_then(|()| volume_removals::insert(w, &second))).await;
    assert_eq!(read(&store, volume_removals::all).await, [early.clone(), late.clone()]);
    assert_eq!(read(&store, move |c| volume_removals::of_user(c, user)).await, [late.clone(), early]);
    let error = refused(&store, move |w| volume_removals::insert(w, &late)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Key)), "{error:?}");
    assert!(write(&store, |w| volume_removals::done(w, "a")).await);
    assert!(!write(&store, |w| volume_removals::done(w, "a")).await);
    assert_eq!(read(&store, volume_removals::all).await.len(), 1);
}

/// More rows than one statement takes, in numbers without gaps.
#[rstest]
#[tokio::test]
async fn thousands_are_written_at_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    const MANY: u32 = 2345;
    let (_database, store) = kind.store().await;
    let cast = make::cast();
    let rows = cast.clone();
    let all: Vec<_> = (0..MANY).map(|n| make::user(1000 + n, &cast.group, &format!("user {n}"))).collect();
    let many = all.clone();
    write(&store, move |w| {
        rows.insert(w)?;
        w.record(Change::GroupCreated { group: rows.group })?;
        users::insert_all(w, &many)?;
        w.record_all(many.into_iter().map(|user| Change::UserCreated { user }))?;
        w.record(Change::EventCreated { event: rows.event }).map(drop)
    })
    .await;
    let count = i64::from(MANY) + 2;
    let log = read(&store, move |c| activity::after(c, 0, count + 9)).await;
    assert!(log.iter().map(|entry| entry.number).eq(1..=count));
    assert_eq!(read(&store, activity::last_number).await, count);
    assert_eq!(read(&store, slugs::all).await.len(), MANY as usize + cast.users.len());
    let last = all.last().expect("many").clone();
    let id = last.id;
    assert_eq!(read(&store, move |c| users::find(c, id)).await, Some(last));

    let error = refused(&store, move |w| users::insert_all(w, &all[..1])).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Slug)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn people_come_with_what_they_run(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let cast = make::cast();
    let [ada, mut bob, eve] = cast.users.clone();
    bob.email = Some("100%Bob@Example.org".to_owned());
    let beta = make::group(50, &cast.event, "Beta_1");
    let zoe = make::user(60, &beta, "Zoë");
    let (workspace, instance) = (make::workspace(30, &ada), make::instance(40, &ada));
    let rows = (cast.clone(), bob.clone(), beta.clone(), zoe.clone(), workspace.clone(), instance.clone());
    write(&store, move |w| {
        rows.0.insert(w)?;
        users::update(w, &rows.1)?;
        groups::insert(w, &rows.2)?;
        users::insert(w, &rows.3)?;
        workspaces::insert(w, &rows.4)?;
        instances::insert(w, &rows.5)
    })
    .await;
    let found = async |filter: PersonFilter, page| {
        let (people, total) = read(&store, move |c| people::page(c, &filter, page)).await;
        (people.into_iter().map(|person| person.user.name.to_string()).collect::<Vec<_>>(), total)
    };
    let search =
        |text: &str, by_email| PersonFilter { search: Some(text.to_owned()), by_email, ..PersonFilter::default() };
    assert_eq!(found(PersonFilter::default(), None).await.0, ["ada", "bob", "eve", "Zoë"]);
    let second = Some(PageRequest { page: 2, page_size: 3 });
    assert_eq!(found(PersonFilter::default(), second).await, (vec!["Zoë".to_owned()], 4));
    assert_eq!(found(search("ZOË", false), None).await.0, ["Zoë"]);
    assert_eq!(found(search("a_1", false), None).await.0, ["Zoë"], "the group's name counts, and `_` is no joker");
    assert_eq!(found(search("0%B", true), None).await.0, ["bob"]);
    assert_eq!(found(search("0%B", false), None).await.0, [""; 0]);
    assert_eq!(found(search("%\\", true), None).await.0, [""; 0]);
    let in_beta = PersonFilter { groups: Some(vec![beta.id]), ..PersonFilter::default() };
    assert_eq!(found(in_beta.clone(), None).await.0, ["Zoë"]);
    assert_eq!(read(&store, move |c| people::groups_of(c, &in_beta)).await, [beta.id].into());

    let id = ada.id;
    let person = read(&store, move |c| people::find(c, id)).await.expect("ada");
    assert_eq!((person.user, person.workspace), (ada, Some(workspace)));
    assert_eq!(person.instance, Some((instance.id, instance.state)));
    let id = eve.id;
    let person = read(&store, move |c| people::find(c, id)).await.expect("eve");
    assert_eq!((person.instance, person.workspace, person.group_name), (None, None, cast.group.name));
}
