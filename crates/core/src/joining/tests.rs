//! Joining against a real database: who comes in, how many, and what they are then.

use std::net::Ipv4Addr;

use chrono::TimeDelta;
use thon_domain::{
    instance::{Instance, Intent, State},
    role::Role,
};
use thon_store::instances;

use super::*;
use crate::{
    actor::Actor,
    directory::EventEdit,
    roles::{GrantRole, Grantee, Roles},
    testing::Ground,
};

struct Hall {
    ground: Ground,
    joining: Joining,
}

const USUAL: MakeCode = MakeCode { event_id: None, group: None, seats: 2, places: 10, hours: 1, approval: false };

impl Hall {
    async fn new() -> Self {
        let ground = Ground::with("{alpha: [alice]}").await;
        let joining = Joining::new(ground.store.clone(), ground.clock.nature(), ground.fleet());
        Self { ground, joining }
    }

    async fn code(&self, wish: MakeCode) -> JoinCode {
        self.joining.make_code(&Actor::operator(), wish).await.expect("a code").code
    }

    /// Somebody comes by a code to found a team or to sit in one of that name.
    async fn comes(&self, code: &JoinCode, name: &str, team: &str) -> Result<Joined, JoinError> {
        let offer = self.joining.offer(code.code.as_str(), None).await?;
        let there = offer.teams.iter().find(|one| one.group.name.as_str() == team).map(|one| one.group.id);
        let join = Join { team: there, new_team: team.to_owned(), ..wish(code, name) };
        self.joining.join(join).await
    }

    async fn actor(&self, account: AccountId) -> Actor {
        self.ground.accounts.actor(account).await.expect("an actor")
    }
}

fn wish(code: &JoinCode, name: &str) -> Join {
    Join { code: code.code.to_string(), name: name.to_owned(), ..Join::default() }
}

fn trouble<T: std::fmt::Debug>(result: Result<T, JoinError>) -> JoinTrouble {
    match result {
        Err(JoinError::Trouble(trouble)) => trouble,
        other => panic!("it was {other:?}"),
    }
}

#[tokio::test]
async fn whoever_comes_by_a_code_is_a_participant_with_a_place_and_an_instance() {
    let hall = Hall::new().await;
    let code = hall.code(USUAL).await;
    let joined = hall.comes(&code, "carol", "rockets").await.expect("in");
    let user = joined.user.expect("a place");
    let actor = hall.actor(joined.account).await;
    assert_eq!((actor.role, actor.users.as_slice()), (Role::Participant, [user].as_slice()));
    let instance = hall.ground.store.read(move |c| instances::of_user(c, user)).await.expect("read");
    assert!(instance.is_some(), "it was launched by itself");
    let alice = hall.ground.user("alpha/alice").await;
    assert!(actor.may(crate::actor::Action::OpenEditor(alice.id)).is_err(), "nobody else's editor");
}

#[tokio::test]
async fn a_team_has_so_many_seats_and_a_code_so_many_places() {
    let hall = Hall::new().await;
    let code = hall.code(MakeCode { places: 3, ..USUAL }).await;
    hall.comes(&code, "a", "rockets").await.expect("the first founds it");
    hall.comes(&code, "b", "rockets").await.expect("the second finds it");
    let offer = hall.joining.offer(code.code.as_str(), None).await.expect("good");
    assert!(offer.teams.is_empty() && offer.left == 1, "{offer:?}");
    let rockets = hall.ground.user("rockets/a").await.group;
    let full = hall.joining.join(Join { team: Some(rockets), ..wish(&code, "c") }).await;
    assert_eq!(trouble(full), JoinTrouble::TeamFull);
    assert_eq!(trouble(hall.comes(&code, "c", "rockets").await), JoinTrouble::TeamTaken);
    hall.comes(&code, "c", "comets").await.expect("the third place");
    assert_eq!(trouble(hall.comes(&code, "d", "stars").await), JoinTrouble::NoPlaces);
}

#[tokio::test]
async fn a_code_for_teams_leads_into_no_group_that_was_there() {
    let hall = Hall::new().await;
    let code = hall.code(USUAL).await;
    let alpha = hall.ground.user("alpha/alice").await.group;
    let into = hall.joining.join(Join { team: Some(alpha), ..wish(&code, "mallory") }).await;
    assert_eq!(trouble(into), JoinTrouble::Team);
    assert_eq!(trouble(hall.comes(&code, "mallory", "Alpha").await), JoinTrouble::TeamTaken);
    let for_alpha = hall.code(MakeCode { group: Some(alpha), ..USUAL }).await;
    let joined = hall.comes(&for_alpha, "bob", "ignored").await.expect("in");
    assert_eq!(hall.actor(joined.account).await.groups, [alpha]);
    assert_eq!(trouble(hall.comes(&for_alpha, "Alice", "").await), JoinTrouble::TeamFull);
}

#[tokio::test]
async fn a_name_is_ones_own_in_a_team() {
    let hall = Hall::new().await;
    let code = hall.code(MakeCode { seats: 5, ..USUAL }).await;
    hall.comes(&code, "carol", "rockets").await.expect("in");
    assert_eq!(trouble(hall.comes(&code, "Carol", "rockets").await), JoinTrouble::NameTaken);
    assert_eq!(trouble(hall.comes(&code, "../etc", "rockets").await), JoinTrouble::Name);
    assert_eq!(trouble(hall.comes(&code, "dave", "").await), JoinTrouble::Team);
}

#[tokio::test]
async fn a_code_ends_with_its_hour_or_when_it_is_revoked() {
    let hall = Hall::new().await;
    let (late, revoked) = (hall.code(USUAL).await, hall.code(MakeCode { hours: 48, ..USUAL }).await);
    hall.joining.revoke_code(&Actor::operator(), revoked.id).await.expect("revoked");
    assert_eq!(trouble(hall.comes(&revoked, "carol", "rockets").await), JoinTrouble::Code);
    hall.ground.clock.pass(TimeDelta::hours(1));
    assert_eq!(trouble(hall.comes(&late, "carol", "rockets").await), JoinTrouble::Code);
    assert!(hall.joining.revoke_code(&Actor::operator(), revoked.id).await.is_err(), "once");
}

#[tokio::test]
async fn one_form_is_one_arrival_and_somebody_who_is_in_stays_where_they_are() {
    let hall = Hall::new().await;
    let code = hall.code(USUAL).await;
    let form = Join { new_team: "rockets".to_owned(), form: "a random value".to_owned(), ..wish(&code, "carol") };
    let first = hall.joining.join(form.clone()).await.expect("in");
    assert_eq!(hall.joining.join(form).await.expect("the same"), first);
    let again = Join { account: Some(first.account), new_team: "comets".to_owned(), ..wish(&code, "carol") };
    assert_eq!(hall.joining.join(again).await.expect("still there"), first);
}

#[tokio::test]
async fn whoever_is_signed_in_gets_their_place_in_the_account_they_have() {
    let hall = Hall::new().await;
    let code = hall.code(USUAL).await;
    let roles = Roles::new(
        hall.ground.store.clone(),
        hall.ground.clock.nature(),
        crate::entry::Entry::new(hall.ground.store.clone(), hall.ground.clock.nature()),
    );
    let wish_for = GrantRole { to: Grantee::Newcomer("Max".to_owned()), role: Role::Mentor, event_id: None };
    let account = roles.grant(&Actor::operator(), wish_for).await.expect("granted").account.id;
    let join = Join { account: Some(account), new_team: "mentors".to_owned(), ..wish(&code, "max") };
    let joined = hall.joining.join(join).await.expect("in");
    let actor = hall.actor(account).await;
    assert_eq!((joined.account, actor.role, actor.users), (account, Role::Mentor, vec![joined.user.expect("a place")]));
}

#[tokio::test]
async fn who_needs_approval_is_nobody_until_an_organizer_has_said_so() {
    let hall = Hall::new().await;
    let code = hall.code(MakeCode { approval: true, ..USUAL }).await;
    let joined = hall.comes(&code, "carol", "rockets").await.expect("waits");
    assert_eq!(joined.user, None);
    assert!(matches!(hall.ground.accounts.actor(joined.account).await, Err(Error::Unauthenticated)));
    let operator = Actor::operator();
    let waiting = hall.joining.waiting(&operator).await.expect("listed");
    let id = waiting[0].arrival.id;
    hall.joining.let_in(&operator, id, Admit::default()).await.expect("let in");
    assert_eq!(hall.actor(joined.account).await.role, Role::Participant);
    let stands = hall.joining.standing(joined.account).await.expect("read").expect("came").standing;
    assert_eq!(stands, Standing::LetIn);
    let twice = hall.joining.let_in(&operator, id, Admit::default()).await;
    assert!(matches!(twice, Err(Error::NotFound { .. })), "{twice:?}");
}

#[tokio::test]
async fn several_who_wait_found_one_team_together() {
    let hall = Hall::new().await;
    let code = hall.code(MakeCode { approval: true, ..USUAL }).await;
    for name in ["carol", "dave"] {
        hall.comes(&code, name, "rockets").await.expect("waits");
    }
    let waiting = hall.joining.waiting(&Actor::operator()).await.expect("listed");
    for one in waiting {
        hall.joining.let_in(&Actor::operator(), one.arrival.id, Admit::default()).await.expect("let in");
    }
    let (carol, dave) = (hall.ground.user("rockets/carol").await, hall.ground.user("rockets/dave").await);
    assert_eq!(carol.group, dave.group);
}

#[tokio::test]
async fn whoever_is_refused_stays_outside() {
    let hall = Hall::new().await;
    let code = hall.code(MakeCode { approval: true, places: 1, ..USUAL }).await;
    let joined = hall.comes(&code, "mallory", "rockets").await.expect("waits");
    let id = hall.joining.waiting(&Actor::operator()).await.expect("listed")[0].arrival.id;
    hall.joining.refuse(&Actor::operator(), id).await.expect("refused");
    assert!(matches!(hall.ground.accounts.actor(joined.account).await, Err(Error::Unauthenticated)));
    assert!(hall.joining.let_in(&Actor::operator(), id, Admit::default()).await.is_err());
    hall.comes(&code, "carol", "comets").await.expect("the place is free again");
}

#[tokio::test]
async fn who_signed_in_unknown_waits_once_and_gets_a_place_where_an_organizer_says() {
    let hall = Hall::new().await;
    let nature = hall.ground.clock.nature();
    let stamp = Stamp { at: nature.clock.now(), cause: Cause::thon() };
    let account = hall.ground.store.write(stamp, move |w| insert_account(w, &nature, "Ada L.")).await.expect("made");
    let first = hall.joining.wait(account.id, "Ada L.").await.expect("waits");
    assert_eq!(hall.joining.wait(account.id, "Ada L.").await.expect("waits still").id, first.id);
    let operator = Actor::operator();
    let nowhere = hall.joining.let_in(&operator, first.id, Admit::default()).await;
    assert!(matches!(nowhere, Err(Error::Invalid { .. })), "{nowhere:?}");
    let group = Some(hall.ground.user("alpha/alice").await.group);
    let admit = Admit { group, name: Some("ada".parse().expect("a name")) };
    hall.joining.let_in(&operator, first.id, admit).await.expect("let in");
    assert_eq!(hall.ground.user("alpha/ada").await.account, Some(account.id));
}

#[tokio::test]
async fn a_venue_does_not_meet_the_limit_and_who_guesses_does() {
    let hall = Hall::new().await;
    let code = hall.code(USUAL).await;
    let from = Some(Ipv4Addr::new(203, 0, 113, 7).into());
    for _ in 0..WRONG_CODES {
        assert_eq!(trouble(hall.joining.offer("00000000", from).await), JoinTrouble::Code);
    }
    assert_eq!(trouble(hall.joining.offer(code.code.as_str(), from).await), JoinTrouble::TooMany, "even the right one");
    let elsewhere = Some(Ipv4Addr::new(203, 0, 113, 8).into());
    hall.joining.offer(code.code.as_str(), elsewhere).await.expect("from elsewhere");
    hall.ground.clock.pass(TimeDelta::minutes(10));
    hall.joining.offer(code.code.as_str(), from).await.expect("ten minutes later");
}

#[test]
fn an_address_of_ipv6_counts_with_its_neighbours() {
    let of = |text: &str| whole(text.parse().expect("an address"));
    assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
}

#[tokio::test]
async fn an_event_says_who_joins_and_nobody_does_once_it_is_archived() {
    let hall = Hall::new().await;
    let code = hall.code(USUAL).await;
    let (directory, operator) = (&hall.ground.directory, Actor::operator());
    let policy = async |policy: JoinPolicy| {
        let edit = EventEdit { join_policy: Some(policy), ..EventEdit::default() };
        directory.edit_event(&operator, "default".to_owned(), edit).await.expect("changed");
    };
    policy(JoinPolicy::Approval).await;
    assert_eq!(hall.comes(&code, "ann", "rockets").await.expect("waits").user, None);
    policy(JoinPolicy::Closed).await;
    assert_eq!(trouble(hall.comes(&code, "ben", "rockets").await), JoinTrouble::Code);
    policy(JoinPolicy::Codes).await;
    assert!(hall.comes(&code, "cem", "comets").await.expect("in").user.is_some());

    directory.archive_event(&operator, "default".to_owned()).await.expect_err("cem's sandbox is on its way");
    let stamp = Stamp { at: hall.ground.clock.nature().clock.now(), cause: operator.cause() };
    let ended = hall.ground.store.write(stamp, |w| {
        for before in instances::all(w)? {
            let after = Instance { state: State::Terminated, intent: Intent::Terminate, ..before.clone() };
            instances::update(w, &before, &after)?;
        }
        Ok::<_, Error>(())
    });
    ended.await.expect("ended");
    directory.archive_event(&operator, "default".to_owned()).await.expect("archived");
    assert_eq!(trouble(hall.comes(&code, "dan", "comets").await), JoinTrouble::Code);
    let waits = hall.joining.waiting(&operator).await.expect("who waits");
    let late = hall.joining.let_in(&operator, waits[0].arrival.id, Admit::default()).await.expect_err("it is over");
    assert!(late.to_string().contains("is archived"), "{late}");
    directory.unarchive_event(&operator, "default".to_owned()).await.expect("taken out");
    assert!(hall.comes(&code, "dan", "stars").await.expect("in").user.is_some());
}
