//! Agents against a real database.

use thon_domain::instance::State;
use thon_store::Stamp;
use uuid::Uuid;

use super::*;
use crate::{actor::Actor, testing::Ground};

async fn stage(generation: u32) -> (Agents, PasswordKey, InstanceId) {
    let ground = Ground::with("{ alpha: [alice] }").await;
    let alice = ground.user("alpha/alice").await.id;
    let nature = ground.clock.nature();
    let id = InstanceId::new(nature.ids.next());
    let first = Instance::first(id, alice, 20_001, nature.clock.now());
    let running = Instance { state: State::Running, intent: Intent::Run, generation, ..first };
    let stamp = Stamp { at: nature.clock.now(), cause: Actor::operator().cause() };
    ground.store.write(stamp, move |w| instances::insert(w, &running)).await.expect("an instance");
    let key = PasswordKey::random();
    (Agents::new(ground.store.clone(), key.clone()), key, id)
}

#[tokio::test]
async fn an_agent_is_known_by_the_token_of_its_sandbox_only() {
    let (agents, key, id) = stage(2).await;
    let good = token(&key, id, 2);
    assert_eq!(agents.identify(good.reveal()).await.expect("known").id, id);
    let forged = [
        token(&key, id, 1).reveal().to_owned(),
        token(&key, id, 3).reveal().to_owned(),
        token(&key, InstanceId::new(Uuid::nil()), 2).reveal().to_owned(),
        token(&PasswordKey::random(), id, 2).reveal().to_owned(),
        good.reveal().replacen(".2.", ".02.", 1) + "=",
        good.reveal().rsplit_once('.').expect("a proof").0.to_owned(),
        format!("{id}.2."),
        String::new(),
    ];
    for forged in forged {
        let refused = agents.identify(&forged).await;
        assert!(matches!(refused, Err(Error::Unauthenticated)), "{forged}: {refused:?}");
    }
}

#[test]
fn a_token_is_none_of_the_editors_password() {
    let (key, id) = (PasswordKey::random(), InstanceId::new(Uuid::nil()));
    assert!(!token(&key, id, 1).reveal().contains(key.password(id, 1).reveal()));
}
