//! Asking a visitor to leave, against a real database.

use thon_domain::live::Activity;
use thon_store::{activity, sessions, sessions::SessionRow};

use super::*;
use crate::{session, testing::Ground};

const SESSION: &str = "the-admins-session";

/// The admin comes to alice, and bob sits next to her.
struct House {
    ground: Ground,
    entry: Entry,
    hosting: Hosting,
    alice: Actor,
    bob: Actor,
    admin: Actor,
    instance: InstanceId,
    door: Doorway,
}

impl House {
    async fn new() -> Self {
        let ground = Ground::with("{ alpha: [alice, bob] }").await;
        let user = ground.user("alpha/alice").await;
        let instance = ground.launched(user.id).await.id;
        let (alice, bob) = (ground.participant(user.id).await, ground.user("alpha/bob").await.id);
        let bob = ground.participant(bob).await;
        let link = ground.accounts.found().await.expect("founded").expect("the first link");
        let account = ground.accounts.use_link(link.secret.reveal()).await.expect("signed in");
        let admin = ground.accounts.actor(account.id).await.expect("an actor");
        let entry = Entry::new(ground.store.clone(), ground.clock.nature());
        let hosting = Hosting::new(ground.store.clone(), ground.clock.nature(), entry.clone());
        let now = ground.clock.nature().clock.now();
        let row = SessionRow {
            id_hash: SESSION.to_owned(),
            account: admin.account,
            data: "{}".to_owned(),
            created_at: now,
            expires_at: now + session::LIFE,
            device: None,
        };
        let stamp = Stamp { at: now, cause: admin.cause() };
        ground.store.write(stamp, move |w| sessions::save(w, &row)).await.expect("kept");
        Self { ground, entry, hosting, alice, bob, admin, instance, door: Doorway::editor(user.slug) }
    }

    /// The admin comes in; what they would have open lives until this fires.
    async fn visited(&self, knows: Option<VisitId>) -> Result<(String, crate::entry::Admitted), Error> {
        let ticket = self.entry.ticket(&self.admin, SESSION, self.door.clone(), knows).await?;
        let cookie = self.entry.redeem(ticket.reveal(), &self.door).await.expect("a cookie").reveal().to_owned();
        let admitted = self.entry.admit(Some(&cookie), &self.door).await.expect("admitted");
        Ok((cookie, admitted))
    }

    async fn visits(&self) -> Vec<Visit> {
        self.hosting.visits(&self.alice, self.instance).await.expect("a list")
    }

    async fn past(&self) -> Vec<Activity> {
        let user = self.alice.users[0];
        self.ground.store.read(move |c| activity::of_instance(c, user, None, 100)).await.expect("read")
    }
}

#[tokio::test]
async fn who_is_asked_to_leave_is_cut_and_comes_again_when_they_say_that_they_know() {
    let house = House::new().await;
    let (cookie, admitted) = house.visited(None).await.expect("in");
    let visit = house.visits().await[0].clone();
    assert_eq!((visit.name.as_str(), visit.until, visit.asked_to_leave), ("Admin", None, false));
    house.hosting.ask_to_leave(&house.alice, house.instance, visit.id).await.expect("asked");
    assert!(admitted.revoked.is_cancelled(), "what is open is cut");
    let refused = house.entry.admit(Some(&cookie), &house.door).await;
    assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
    let refused = house.visited(None).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{:?}", refused.err());
    let other = Some(VisitId::new(house.instance.uuid()));
    assert!(house.visited(other).await.is_err(), "another visit is not the one that they were asked to end");
    let farewell = house.hosting.farewell(&house.admin, house.door.clone()).await.expect("told").expect("asked");
    assert_eq!((farewell.owner.as_str(), farewell.visit), ("alice", visit.id));
    house.visited(Some(visit.id)).await.expect("in again");
    let visits = house.visits().await;
    assert_eq!(
        visits.iter().map(|one| (one.until.is_some(), one.asked_to_leave)).collect::<Vec<_>>(),
        [(false, false), (true, true)]
    );
    assert_eq!(house.hosting.farewell(&house.admin, house.door.clone()).await.expect("told"), None);
    let told: Vec<_> = house
        .past()
        .await
        .iter()
        .rev()
        .skip(1)
        .map(|one| format!("{} by {}", <&str>::from(&one.change), one.cause.name))
        .collect();
    assert_eq!(
        told,
        [
            "instance_visited by Admin",
            "instance_visitor_asked by alice",
            "instance_left by Admin",
            "instance_visited by Admin"
        ]
    );
}

#[tokio::test]
async fn a_second_window_is_no_second_visit_and_asking_twice_is_asking_once() {
    let house = House::new().await;
    house.visited(None).await.expect("in");
    house.visited(None).await.expect("in by another tab");
    let visits = house.visits().await;
    assert_eq!(visits.len(), 1);
    for _ in 0..2 {
        house.hosting.ask_to_leave(&house.alice, house.instance, visits[0].id).await.expect("asked");
    }
    let asked = house.past().await.into_iter().filter(|one| matches!(one.change, Change::InstanceVisitorAsked { .. }));
    assert_eq!(asked.count(), 1);
}

#[tokio::test]
async fn nobody_but_whose_editor_it_is_asks_and_for_no_others() {
    let house = House::new().await;
    let (_, admitted) = house.visited(None).await.expect("in");
    let visit = house.visits().await[0].id;
    for other in [&house.bob, &house.admin, &Actor::operator()] {
        let refused = house.hosting.ask_to_leave(other, house.instance, visit).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    }
    let bobs = house.ground.launched(house.bob.users[0]).await.id;
    let elsewhere = house.hosting.ask_to_leave(&house.bob, bobs, visit).await;
    assert!(matches!(elsewhere, Err(Error::NotFound { .. })), "{elsewhere:?}");
    assert!(!admitted.revoked.is_cancelled() && !house.visits().await[0].asked_to_leave);
    let neighbour = house.hosting.visits(&house.bob, house.instance).await;
    assert!(matches!(neighbour, Err(Error::Forbidden { .. })), "{neighbour:?}");
    assert_eq!(house.hosting.own(&house.bob).await.expect("his own"), [(house.bob.users[0], vec![])]);
}
