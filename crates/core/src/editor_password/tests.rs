//! Where passwords come from, who sees them, and that looking leaves a trace.

use thon_domain::user::User;
use thon_store::activity;
use uuid::Uuid;

use super::*;
use crate::{
    fleet::{Fleet, LaunchChoice, LaunchInstance, Operation},
    testing::Ground,
};

fn id(n: u128) -> InstanceId {
    InstanceId::new(Uuid::from_u128(n))
}

#[test]
fn a_password_is_the_same_until_the_next_sandbox() {
    let key = PasswordKey::random();
    let password = |key: &PasswordKey, n, generation| key.password(id(n), generation).reveal().to_owned();
    let first = password(&key, 1, 1);
    assert!(first.len() == 24 && first.bytes().all(|letter| ALPHABET.contains(&letter)), "{first}");
    let after_restart = PasswordKey::parse(&key.reveal()).expect("a key");
    assert_eq!(password(&after_restart, 1, 1), first);
    for other in [password(&key, 1, 2), password(&key, 2, 1), password(&PasswordKey::random(), 1, 1)] {
        assert_ne!(other, first);
    }
    assert_eq!(format!("{key:?}"), "PasswordKey(…)");
    assert_eq!(PasswordKey::parse("short"), None);
}

#[tokio::test]
async fn the_editor_knows_the_password_only_as_argon2id() {
    let key = PasswordKey::random();
    let user = thon_domain::id::UserId::new(Uuid::nil());
    let instance = Instance::first(id(1), user, 8443, chrono::DateTime::UNIX_EPOCH);
    let secret = key.secret_of(&instance).await.expect("hashed");
    assert!(secret.reveal().starts_with("$argon2id$"), "{}", secret.reveal());
    let verified = password::verify(key.password(instance.id, 1).reveal().into(), secret.reveal().to_owned()).await;
    assert!(verified.expect("verified"));
    assert_ne!(key.secret_of(&instance).await.expect("hashed again"), secret, "each with a salt of its own");
}

struct House {
    ground: Ground,
    fleet: Fleet,
    passwords: EditorPasswords,
}

impl House {
    async fn new() -> Self {
        let ground = Ground::with("{ alpha: [alice, bob] }").await;
        let (store, nature) = (ground.store.clone(), ground.clock.nature());
        let passwords = EditorPasswords::new(store, nature, PasswordKey::random());
        Self { fleet: ground.fleet(), ground, passwords }
    }

    async fn launched(&self, user: &User, secure: bool) -> Instance {
        let choice = LaunchChoice { secure, ..LaunchChoice::default() };
        let wish = LaunchInstance { choice, ..LaunchInstance::of(user.id) };
        self.fleet.launch_with(&Actor::operator(), wish).await.expect("launched")
    }

    async fn revealed(&self, actor: &Actor, id: InstanceId) -> String {
        self.passwords.reveal(actor, id).await.expect("revealed").reveal().to_owned()
    }
}

#[tokio::test]
async fn a_password_is_told_to_its_person_and_leaves_a_trace() {
    let house = House::new().await;
    let (alice, bob) = (house.ground.user("alpha/alice").await, house.ground.user("alpha/bob").await);
    let (hers, his) = (house.launched(&alice, true).await, house.launched(&bob, false).await);
    let herself = house.ground.participant(alice.id).await;
    let first = house.revealed(&herself, hers.id).await;
    assert_eq!(house.revealed(&Actor::operator(), hers.id).await, first);

    let log = house.ground.store.read(|c| activity::after(c, 0, 1_000)).await.expect("the log");
    let looked: Vec<_> = log.iter().filter(|one| matches!(one.change, Change::EditorPasswordRevealed { .. })).collect();
    assert_eq!(looked.len(), 2);
    assert_eq!(looked[0].cause.account, herself.account);
    assert!(!format!("{log:?}").contains(&first), "the password itself is in no log");

    let organizer = Actor { role: thon_domain::role::Role::Organizer, ..Actor::operator() };
    let neighbour = house.ground.participant(bob.id).await;
    for (actor, id) in [(&organizer, hers.id), (&neighbour, hers.id), (&herself, his.id)] {
        assert!(matches!(house.passwords.reveal(actor, id).await, Err(Error::Forbidden { .. })), "{}", actor.name);
    }
    let none = house.passwords.reveal(&neighbour, his.id).await;
    assert!(matches!(none, Err(Error::Conflict { .. })), "{none:?}");

    house.fleet.change(&herself, hers.id, Operation::Recreate).await.expect("recreated");
    assert_ne!(house.revealed(&herself, hers.id).await, first, "a new sandbox has a new password");
    house.fleet.terminate(&herself, hers.id).await.expect("terminated");
    assert!(house.passwords.reveal(&herself, hers.id).await.is_err());
}
