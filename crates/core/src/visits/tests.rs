//! Visits against a real database.

use futures::StreamExt as _;

use super::*;
use crate::testing::Ground;

/// What is told next, as words.
async fn next(told: &mut (impl Stream<Item = Vec<Visitor>> + Unpin)) -> Vec<String> {
    let visitors = told.next().await.expect("it goes on");
    visitors.into_iter().map(|visitor| format!("{} ({})", visitor.name, visitor.role)).collect()
}

async fn admin(ground: &Ground) -> AccountId {
    let link = ground.accounts.found().await.expect("founded").expect("the first link");
    ground.accounts.use_link(link.secret.reveal()).await.expect("signed in").id
}

#[tokio::test]
async fn the_owner_of_an_editor_is_told_who_comes_and_goes_and_is_no_visitor() {
    let ground = Ground::with("{ alpha: [alice] }").await;
    let alice = ground.user("alpha/alice").await.id;
    let (admin, own) = (admin(&ground).await, ground.participant(alice).await.account.expect("an account"));
    let visits = Visits::new(ground.store.clone(), ground.clock.nature());
    let mut told = Box::pin(visits.follow(alice));
    assert_eq!(next(&mut told).await, Vec::<String>::new());
    let _own = visits.enter(alice, own);
    let (window, other) = (visits.enter(alice, admin), visits.enter(alice, admin));
    assert_eq!(next(&mut told).await, ["Admin (admin)"]);
    drop(window);
    let mut late = Box::pin(visits.follow(alice));
    assert_eq!(next(&mut late).await, ["Admin (admin)"], "one of two windows is closed");
    drop(other);
    assert_eq!(next(&mut told).await, Vec::<String>::new(), "and nothing is told twice");
}

#[tokio::test]
async fn who_visits_one_editor_is_not_told_at_another() {
    let ground = Ground::with("{ alpha: [alice, bob] }").await;
    let (alice, bob) = (ground.user("alpha/alice").await.id, ground.user("alpha/bob").await.id);
    let visits = Visits::new(ground.store.clone(), ground.clock.nature());
    let _visiting = visits.enter(alice, admin(&ground).await);
    assert_eq!(next(&mut Box::pin(visits.follow(bob))).await, Vec::<String>::new());
}
