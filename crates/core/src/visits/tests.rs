//! Visits against a real database.

use chrono::TimeDelta;
use futures::StreamExt as _;
use thon_domain::live::Change;
use thon_store::{Stamp, activity, visits as rows};

use super::*;
use crate::{actor::Actor, testing::Ground};

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

/// A place where the admin visits alice, whose editor runs.
struct House {
    ground: Ground,
    alice: UserId,
    admin: AccountId,
    visits: Visits,
}

impl House {
    async fn new() -> Self {
        let ground = Ground::with("{ alpha: [alice] }").await;
        let alice = ground.user("alpha/alice").await.id;
        ground.launched(alice).await;
        let admin = admin(&ground).await;
        let visits = Visits::new(ground.store.clone(), ground.clock.nature());
        Self { ground, alice, admin, visits }
    }

    async fn after(&self, seconds: i64) {
        self.ground.clock.pass(TimeDelta::seconds(seconds));
        self.visits.keep().await.expect("kept");
    }

    /// Who came and went, as the history has it: with the seconds that a visit took.
    async fn past(&self) -> Vec<String> {
        let alice = self.alice;
        let past = self.ground.store.read(move |c| activity::of_instance(c, alice, None, 100)).await.expect("read");
        let told = past.into_iter().rev().filter_map(|one| {
            let took =
                one.change.visit().and_then(|visit| visit.until.map(|until| (until - visit.since).num_seconds()));
            match one.change {
                Change::InstanceVisited { .. } => Some(format!("{} came", one.cause.name)),
                Change::InstanceLeft { .. } => Some(format!("{} left after {} s", one.cause.name, took?)),
                _ => None,
            }
        });
        told.collect()
    }
}

#[tokio::test]
async fn a_visit_ends_once_when_the_last_window_is_closed_and_not_with_a_reload() {
    let house = House::new().await;
    let (window, other) = (house.visits.enter(house.alice, house.admin), house.visits.enter(house.alice, house.admin));
    house.after(5).await;
    assert_eq!(house.past().await, ["Admin came"]);
    drop(window);
    house.after(60).await;
    drop(other);
    house.after(10).await;
    let reloaded = house.visits.enter(house.alice, house.admin);
    house.after(60).await;
    assert_eq!(house.past().await, ["Admin came"], "a reload is no end");
    drop(reloaded);
    house.after(15).await;
    house.after(60).await;
    assert_eq!(house.past().await, ["Admin came", "Admin left after 135 s"]);
    drop(house.visits.enter(house.alice, house.admin));
    house.after(20).await;
    assert_eq!(house.past().await[2..], ["Admin came", "Admin left after 0 s"], "as short as it was");
}

#[tokio::test]
async fn a_visit_ends_too_when_the_visitors_last_role_was_taken() {
    let house = House::new().await;
    let window = house.visits.enter(house.alice, house.admin);
    house.after(5).await;
    let admin = house.admin;
    let stamp = Stamp { at: house.ground.clock.nature().clock.now(), cause: Actor::operator().cause() };
    let gone = house.ground.store.write(stamp, move |w| {
        for grant in thon_store::grants::of_account(w, admin)? {
            thon_store::grants::delete(w, grant.id)?;
        }
        Ok::<_, Error>(())
    });
    gone.await.expect("nobody any more");
    drop(window);
    house.after(15).await;
    assert_eq!(house.past().await, ["Admin came", "Admin left after 5 s"]);
}

#[tokio::test]
async fn after_a_restart_a_visitor_goes_on_and_who_does_not_come_back_left_with_it() {
    let mut house = House::new().await;
    let window = house.visits.enter(house.alice, house.admin);
    house.after(30).await;
    house.visits = Visits::new(house.ground.store.clone(), house.ground.clock.nature());
    drop(window);
    house.after(60).await;
    let back = house.visits.enter(house.alice, house.admin);
    house.after(3600).await;
    assert_eq!(house.past().await, ["Admin came"], "the same visit");
    house.visits = Visits::new(house.ground.store.clone(), house.ground.clock.nature());
    house.after(600).await;
    assert_eq!(house.past().await.len(), 1, "the server before may still keep it open");
    house.after(60).await;
    assert_eq!(house.past().await, ["Admin came", "Admin left after 3690 s"]);
    drop(back);
}

#[tokio::test]
async fn whoever_sits_there_is_never_written_down_and_nothing_is_kept_of_who_went() {
    let house = House::new().await;
    let own = house.ground.participant(house.alice).await.account.expect("an account");
    let window = house.visits.enter(house.alice, own);
    house.after(5).await;
    drop(window);
    house.after(5).await;
    house.after(20).await;
    assert_eq!(house.past().await, Vec::<String>::new());
    assert!(house.visits.open.borrow().is_empty());
    assert_eq!(house.ground.store.read(rows::open).await.expect("read"), []);
}

#[tokio::test]
async fn behind_a_server_that_leads_by_itself_a_visit_lasts_as_long_as_something_is_asked_for() {
    let house = House::new().await;
    let mut told = Box::pin(house.visits.follow(house.alice));
    assert_eq!(next(&mut told).await, Vec::<String>::new());
    for _ in 0..3 {
        house.visits.passed(house.alice, house.admin);
        house.after(200).await;
    }
    assert_eq!(next(&mut told).await, ["Admin (admin)"]);
    house.after(100).await;
    assert_eq!(next(&mut told).await, Vec::<String>::new());
    assert_eq!(house.past().await, ["Admin came", "Admin left after 400 s"]);
    house.visits.passed(house.alice, house.admin);
    house.after(5).await;
    assert_eq!(house.past().await[2..], ["Admin came"], "and comes again");
}
