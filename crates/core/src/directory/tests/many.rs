//! Many at once, and files that wait to be imported.

use chrono::TimeDelta;
use thon_domain::id::UserId;

use super::*;
use crate::directory::VolumeFate;

async fn ids(ground: &Ground, names: &[&str]) -> Vec<UserId> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(ground.user(name).await.id);
    }
    ids
}

#[tokio::test]
async fn people_are_moved_together_or_not_at_all() {
    let ground = Ground::with("{alpha: [alice, bob], beta: [Bob, carol]}").await;
    let operator = Actor::operator();
    let beta = ground.user("beta/carol").await.group;
    let slug = ground.user("alpha/alice").await.slug;
    let both = ids(&ground, &["alpha/alice", "alpha/bob"]).await;
    let refused = ground.directory.transfer_users(&operator, both, beta).await.expect_err("bob is there");
    assert_eq!(refused.to_string(), "beta already has somebody called bob; nobody was moved");
    assert_eq!(ground.user("alpha/alice").await.slug, slug);

    let two = ids(&ground, &["alpha/alice", "beta/carol"]).await;
    assert_eq!(ground.directory.transfer_users(&operator, two, beta).await.expect("moved"), 1, "carol sits there");
    assert_eq!(ground.user("beta/alice").await.slug, slug, "the address goes with her");
}

#[tokio::test]
async fn people_are_deleted_together_and_those_who_are_gone_are_no_trouble() {
    let ground = Ground::with("{alpha: [alice, bob], beta: [carol]}").await;
    let operator = Actor::operator();
    let some = ids(&ground, &["alpha/alice", "beta/carol"]).await;
    let preview = ground.directory.removal_of_users(&operator, some.clone()).await.expect("told");
    assert_eq!(preview.people.len(), 2);
    for expected in [2, 0] {
        let removal = ground.directory.delete_users(&operator, some.clone(), VolumeFate::Keep).await.expect("deleted");
        assert_eq!(removal.people.len(), expected);
    }
    let left = ground.directory.people(&operator, PeopleWanted::default()).await.expect("people").people;
    assert_eq!(left.iter().map(|person| person.user.name.as_str()).collect::<Vec<_>>(), ["bob"]);

    let bob = ground.participant(ground.user("alpha/bob").await.id).await;
    let refused = ground.directory.delete_users(&bob, some, VolumeFate::Keep).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_draft_is_imported_once_and_by_whoever_handed_it_in() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let operator = Actor::operator();
    let broken = ground.directory.draft(&operator, "group,nick\n", None).expect_err("no such column");
    assert!(matches!(broken, Error::Invalid { .. }), "{broken}");
    let id = ground.directory.draft(&operator, "group,username\nbeta,bob\n", None).expect("kept");
    let shown = ground.directory.draft_preview(&operator, id).await.expect("shown");
    assert_eq!(shown.tally().users_created, 1);
    let somebody = ground.user("alpha/alice").await.id;
    let other = Actor { role: thon_domain::role::Role::Organizer, ..ground.participant(somebody).await };
    let foreign = ground.directory.import_draft(&other, id).await;
    assert!(matches!(foreign, Err(Error::NotFound { .. })), "{foreign:?}");
    assert_eq!(ground.directory.import_draft(&operator, id).await.expect("imported"), shown);
    ground.user("beta/bob").await;
    let again = ground.directory.import_draft(&operator, id).await;
    assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");

    let old = ground.directory.draft(&operator, "groups: {gamma: [dora]}", None).expect("kept");
    ground.clock.pass(TimeDelta::hours(1));
    let late = ground.directory.draft_preview(&operator, old).await;
    assert!(matches!(late, Err(Error::NotFound { .. })), "{late:?}");
}
