//! Visits, and the doors of those who are asked to leave.

use rstest::rstest;
use thon_domain::{
    address::{Door, Doorway},
    id::VisitId,
    role::Role,
    visit::Visit,
};
use thon_store::{
    editor_sessions::{self, EditorSession},
    sessions,
    visits::{self, OneVisit},
};

use crate::{
    database::{Kind, read, write},
    make::{self, with_cast},
};

#[rstest]
#[tokio::test]
async fn a_visit_is_kept_from_when_to_when(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let (user, account) = (cast.users[0].id, cast.account.id);
    let visit = |n: u32, until: Option<i64>| OneVisit {
        user,
        account,
        visit: Visit {
            id: VisitId::new(make::id(n)),
            name: format!("v{n}"),
            role: Role::Mentor,
            since: make::at(n.into()),
            until: until.map(make::at),
            asked_to_leave: false,
        },
    };
    let all = [visit(50, Some(60)), visit(61, Some(62)), visit(63, Some(64)), visit(65, None)];
    let rows = all.clone();
    write(&store, move |w| rows.iter().try_for_each(|one| visits::insert(w, one))).await;
    let id = all[3].visit.id;
    assert_eq!(read(&store, move |c| visits::find(c, id)).await.as_ref(), Some(&all[3]));
    assert_eq!(read(&store, visits::open).await, [all[3].clone()]);
    assert_eq!(read(&store, move |c| visits::last(c, user, account)).await.as_ref(), Some(&all[3]));
    let lately = read(&store, move |c| visits::of_user(c, user, 2)).await;
    assert_eq!(lately.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["v65", "v63", "v61"]);
    let over = Visit { until: Some(make::at(70)), asked_to_leave: true, ..all[3].visit.clone() };
    let row = over.clone();
    assert!(write(&store, move |w| visits::update(w, &row)).await);
    assert_eq!(read(&store, visits::open).await, []);
    assert_eq!(read(&store, move |c| visits::find(c, id)).await.map(|one| one.visit), Some(over));
}

#[rstest]
#[tokio::test]
async fn whoever_is_asked_out_of_an_editor_keeps_their_other_doors(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let session = make::session("s1", Some(cast.account.id));
    let (slug, account) = (cast.users[0].slug.clone(), cast.account.id);
    let port = Doorway { slug: slug.clone(), door: Door::Port(3000) };
    let doors =
        [("e1", Doorway::editor(slug.clone())), ("e2", port), ("e3", Doorway::editor(cast.users[1].slug.clone()))];
    let rows = doors.map(|(hash, doorway)| EditorSession {
        id_hash: hash.to_owned(),
        session_id_hash: "s1".to_owned(),
        doorway,
        created_at: make::at(0),
    });
    write(&store, move |w| {
        sessions::save(w, &session)?;
        rows.iter().try_for_each(|row| editor_sessions::insert(w, row))
    })
    .await;
    write(&store, move |w| editor_sessions::delete_of_editor(w, account, &slug)).await;
    let mut left = Vec::new();
    for hash in ["e1", "e2", "e3"] {
        left.push(read(&store, move |c| editor_sessions::find(c, hash)).await.is_some());
    }
    assert_eq!(left, [false, true, true]);
}
