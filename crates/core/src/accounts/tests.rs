//! Signing in against a real database.

use chrono::TimeDelta;

use super::*;
use crate::testing::Ground;

#[tokio::test]
async fn the_first_start_makes_an_admin_and_later_ones_do_not() {
    let ground = Ground::new().await;
    let link = ground.accounts.found().await.expect("founded").expect("a link");
    assert_eq!(ground.accounts.found().await.expect("asked again").map(|link| link.name), None);
    let account = ground.accounts.use_link(link.secret.reveal()).await.expect("signed in");
    assert_eq!(ground.accounts.actor(account.id).await.expect("an actor").role, Role::Admin);
}

#[tokio::test]
async fn an_admins_link_is_good_once_and_for_a_day() {
    let ground = Ground::new().await;
    let first = ground.accounts.found().await.expect("founded").expect("a link");
    let preview = ground.accounts.link_preview(first.secret.reveal()).await.expect("looked at");
    assert_eq!(preview, "Admin", "looking does not use it up");
    ground.accounts.use_link(first.secret.reveal()).await.expect("signed in");
    assert!(ground.accounts.use_link(first.secret.reveal()).await.is_err(), "used up");
    let second = ground.accounts.make_link(&Actor::operator(), Whom::Admin).await.expect("a link");
    ground.clock.pass(TimeDelta::hours(24));
    assert!(ground.accounts.link_preview(second.secret.reveal()).await.is_err(), "too old");
}

#[tokio::test]
async fn a_participants_link_works_on_several_devices() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let user = ground.user("alpha/alice").await;
    let link = ground.accounts.make_link(&Actor::operator(), Whom::User(user.id)).await.expect("a link");
    let phone = ground.accounts.use_link(link.secret.reveal()).await.expect("signed in");
    ground.clock.pass(TimeDelta::days(2));
    let laptop = ground.accounts.use_link(link.secret.reveal()).await.expect("signed in");
    assert_eq!(phone.id, laptop.id, "one person, one account");
    let actor = ground.accounts.actor(phone.id).await.expect("an actor");
    assert_eq!((actor.role, actor.users), (Role::Participant, vec![user.id]));
    let refused = ground.accounts.make_link(&actor_of_participant(&ground).await, Whom::Admin).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
}

async fn actor_of_participant(ground: &Ground) -> Actor {
    ground.participant(ground.user("alpha/alice").await.id).await
}

#[tokio::test]
async fn a_password_signs_the_admin_in_and_guessing_is_slow() {
    let ground = Ground::new().await;
    ground.accounts.found().await.expect("founded");
    ground.accounts.set_admin_password(Some(&"correct horse".into())).await.expect("set");
    ground.accounts.set_admin_password(Some(&"correct horse".into())).await.expect("set again");
    ground.accounts.check_password("correct horse".into()).await.expect("signed in");
    for _ in 0..10 {
        let wrong = ground.accounts.check_password("battery".into()).await;
        assert!(matches!(wrong, Err(Error::Invalid { .. })), "{wrong:?}");
    }
    let locked = ground.accounts.check_password("correct horse".into()).await;
    assert!(matches!(locked, Err(Error::TooManyRequests { .. })), "{locked:?}");
    ground.clock.pass(TimeDelta::minutes(10));
    ground.accounts.check_password("correct horse".into()).await.expect("signed in again");
}

#[tokio::test]
async fn an_empty_password_opens_nothing() {
    let ground = Ground::new().await;
    ground.accounts.found().await.expect("founded");
    assert!(ground.accounts.check_password("".into()).await.is_err());
    ground.accounts.set_admin_password(Some(&"".into())).await.expect("set");
    assert!(ground.accounts.check_password("".into()).await.is_err());
}

#[tokio::test]
async fn a_password_that_is_no_longer_configured_opens_nothing() {
    let ground = Ground::new().await;
    ground.accounts.found().await.expect("founded");
    ground.accounts.set_admin_password(Some(&"correct horse".into())).await.expect("set");
    ground.accounts.set_admin_password(None).await.expect("taken away");
    let late = ground.accounts.check_password("correct horse".into()).await;
    assert!(matches!(late, Err(Error::Invalid { .. })), "{late:?}");
}

#[tokio::test]
async fn a_hash_of_a_password_is_as_good_as_the_password() {
    let ground = Ground::new().await;
    ground.accounts.found().await.expect("founded");
    let hash = super::password::hash("correct horse".into()).await.expect("hashed");
    ground.accounts.set_admin_password_hash(&hash.clone().into()).await.expect("set");
    ground.accounts.set_admin_password_hash(&hash.into()).await.expect("set again");
    ground.accounts.check_password("correct horse".into()).await.expect("signed in");
    for wrong in ["correct horse", "$2b$12$abc", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ"] {
        let refused = ground.accounts.set_admin_password_hash(&wrong.into()).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{wrong}: {refused:?}");
    }
}
