//! Roles against a real database: who gives them, and what ends with them.

use thon_domain::{
    address::{Door, Doorway},
    live::Activity,
    sharing::Audience,
};
use thon_store::{
    activity,
    sessions::{self, SessionRow},
};

use super::*;
use crate::{accounts::Whom, session, testing::Ground};

mod elsewhere;

const SESSION: &str = "a-session";

struct House {
    ground: Ground,
    roles: Roles,
}

impl House {
    async fn new() -> Self {
        let ground = Ground::with("{alpha: [alice], beta: [bob]}").await;
        let nature = ground.clock.nature();
        let entry = Entry::new(ground.store.clone(), nature.clone());
        Self { roles: Roles::new(ground.store.clone(), nature, entry), ground }
    }

    async fn made(&self, role: Role, name: &str) -> (Granted, Actor) {
        let wish = GrantRole { to: Grantee::Newcomer(name.to_owned()), role, event_id: None };
        let granted = self.roles.grant(&Actor::operator(), wish).await.expect("granted");
        let actor = self.actor(granted.account.id).await;
        (granted, actor)
    }

    async fn actor(&self, account: AccountId) -> Actor {
        self.ground.accounts.actor(account).await.expect("an actor")
    }

    async fn signed_in(&self, actor: &Actor) {
        let now = self.ground.clock.nature().clock.now();
        let (id_hash, expires_at) = (SESSION.to_owned(), now + session::LIFE);
        let row = SessionRow {
            id_hash,
            account: actor.account,
            data: "{}".to_owned(),
            created_at: now,
            expires_at,
            device: None,
        };
        let stamp = Stamp { at: now, cause: actor.cause() };
        self.ground.store.write(stamp, move |w| sessions::save(w, &row)).await.expect("kept");
    }

    async fn log(&self) -> Vec<Activity> {
        self.ground.store.read(|c| activity::after(c, 0, 1000)).await.expect("a log")
    }
}

#[tokio::test]
async fn an_organizer_gives_every_role_but_the_admins() {
    let house = House::new().await;
    let (_, olga) = house.made(Role::Organizer, "Olga").await;
    let wish = |role| GrantRole { to: Grantee::Newcomer("Max".to_owned()), role, event_id: None };
    for role in [Role::Organizer, Role::Mentor, Role::Judge] {
        let granted = house.roles.grant(&olga, wish(role)).await.expect("granted");
        assert_eq!((granted.grant.role, granted.account.name.as_str()), (role, "Max"));
        house.roles.revoke(&olga, granted.grant.id).await.expect("revoked");
    }
    let refused = house.roles.grant(&olga, wish(Role::Admin)).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    let place = house.roles.grant(&olga, wish(Role::Participant)).await;
    assert!(matches!(place, Err(Error::Invalid { .. })), "{place:?}");
}

#[tokio::test]
async fn an_organizer_of_one_event_gives_no_role_in_another() {
    let house = House::new().await;
    let (_, olga) = house.made(Role::Organizer, "Olga").await;
    let spring = crate::directory::NewEvent { event_id: "spring".to_owned(), ..Default::default() };
    house.ground.directory.create_event(&Actor::operator(), spring).await.expect("an event");
    let olga = house.actor(olga.account.expect("an account")).await;
    let wish = GrantRole {
        to: Grantee::Account(olga.account.expect("an account")),
        role: Role::Organizer,
        event_id: Some("spring".to_owned()),
    };
    let refused = house.roles.grant(&olga, wish.clone()).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    let granted = house.roles.grant(&Actor::operator(), wish).await.expect("granted");
    assert_eq!(granted.event.expect("an event").event_id, "spring");
}

#[tokio::test]
async fn nobody_else_gives_or_takes_a_role() {
    let house = House::new().await;
    let (granted, mentor) = house.made(Role::Mentor, "Max").await;
    let alice = house.ground.user("alpha/alice").await;
    let alice = house.ground.participant(alice.id).await;
    for actor in [&mentor, &alice] {
        for role in [Role::Admin, Role::Organizer, Role::Mentor, Role::Judge, Role::Participant] {
            let own = Grantee::Account(actor.account.expect("an account"));
            let refused = house.roles.grant(actor, GrantRole { to: own, role, event_id: None }).await;
            assert!(matches!(refused, Err(Error::Forbidden { .. })), "{role}: {refused:?}");
        }
        let refused = house.roles.revoke(actor, granted.grant.id).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
        assert!(house.roles.all(actor).await.is_err());
    }
}

#[tokio::test]
async fn somebody_stays_an_admin() {
    let house = House::new().await;
    house.ground.accounts.found().await.expect("founded");
    let all = house.roles.all(&Actor::operator()).await.expect("listed");
    let [admin] = all.as_slice() else { panic!("{all:?}") };
    let refused = house.roles.revoke(&Actor::operator(), admin.grant.id).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    house.made(Role::Admin, "Ada").await;
    house.roles.revoke(&Actor::operator(), admin.grant.id).await.expect("there is another");
}

#[tokio::test]
async fn an_organizer_gets_no_link_that_opens_an_admins_account() {
    let house = House::new().await;
    let (_, olga) = house.made(Role::Organizer, "Olga").await;
    let alice = house.ground.user("alpha/alice").await;
    let admin = GrantRole { to: Grantee::User(alice.id), role: Role::Admin, event_id: None };
    let account = house.roles.grant(&Actor::operator(), admin).await.expect("granted").account.id;
    for whom in [Whom::User(alice.id), Whom::Account(account)] {
        let refused = house.ground.accounts.make_link(&olga, whom).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_mentor_visits_everybody_of_the_event_and_a_judge_only_what_is_shared() {
    let house = House::new().await;
    let (_, mentor) = house.made(Role::Mentor, "Max").await;
    let (_, judge) = house.made(Role::Judge, "Jana").await;
    for path in ["alpha/alice", "beta/bob"] {
        let user = house.ground.user(path).await;
        assert!(mentor.may(Action::OpenEditor(user.id)).is_ok());
        assert!(mentor.may(Action::Terminate(user.id)).is_err(), "visiting is all");
        assert!(judge.may(Action::OpenEditor(user.id)).is_err());
        let port = |audience| Action::OpenPort { user: user.id, group: user.group, audience };
        assert!(judge.may(port(Audience::Judges)).is_ok() && judge.may(port(Audience::Group)).is_err());
        assert!(mentor.may(port(Audience::Owner)).is_ok());
        assert!(judge.may(Action::SeeGroup(user.group)).is_ok() && judge.may(Action::SeeUser(user.id)).is_err());
    }
}

#[tokio::test]
async fn a_visit_is_written_down_and_ends_with_the_role() {
    let house = House::new().await;
    let (granted, mentor) = house.made(Role::Mentor, "Max").await;
    let alice = house.ground.user("alpha/alice").await;
    let doorway = Doorway { slug: alice.slug.clone(), door: Door::Editor };
    house.signed_in(&mentor).await;
    let entry = &house.roles.entry;
    let ticket = entry.ticket(&mentor, SESSION, doorway.clone(), None).await.expect("a ticket");
    let cookie = entry.redeem(ticket.reveal(), &doorway).await.expect("a cookie");
    let admitted = entry.admit(Some(cookie.reveal()), &doorway).await.expect("let in");
    assert!(!admitted.guest && !admitted.revoked.is_cancelled());
    house.roles.revoke(&Actor::operator(), granted.grant.id).await.expect("revoked");
    assert!(admitted.revoked.is_cancelled(), "what is open is cut");
    let again = entry.admit(Some(cookie.reveal()), &doorway).await;
    assert!(matches!(again, Err(Error::Unauthenticated)), "{again:?}");
    let told: Vec<_> = house.log().await.into_iter().map(|one| (one.cause.name, <&str>::from(&one.change))).collect();
    assert!(told.contains(&("operator".to_owned(), "role_revoked")), "{told:?}");
}
