//! What people ask of running instances, and the queue of those that start.

use thon_domain::{instance::Intent, user::User};

use super::*;
use crate::{
    fleet::{LaunchInstance, Operation},
    presence::Presence,
};

impl House {
    async fn change(&self, id: InstanceId, operation: Operation) -> Instance {
        self.fleet.change(&Actor::operator(), id, operation).await.expect("changed")
    }

    async fn import(&self, groups: &str) {
        let file = GroupsFile::parse(&format!("groups: {{ {groups} }}")).expect("a groups file");
        self.directory.import(&Actor::operator(), file).await.expect("imported");
    }

    async fn user(&self, group: &str, name: &str) -> User {
        let (group, name) = (group.parse().expect("a name"), name.parse().expect("a name"));
        self.directory.user_named(&Actor::operator(), group, name).await.expect("a user")
    }

    fn condition(&self, id: InstanceId) -> Option<Condition> {
        self.runtime.sandboxes().into_iter().find(|sandbox| sandbox.instance == id).map(|sandbox| sandbox.condition)
    }
}

#[tokio::test]
async fn a_paused_instance_is_frozen_and_goes_on_as_the_same_sandbox() {
    let house = House::new().await;
    let id = house.launched().await;
    let running = house.running(id).await;
    house.clock.pass(TimeDelta::hours(1));
    assert_eq!(house.change(id, Operation::Pause).await.state, State::Pausing);
    house.until(id, |instance| instance.state == State::Paused).await;
    assert_eq!(house.condition(id), Some(Condition::Paused));
    assert_eq!(house.change(id, Operation::Resume).await.state, State::Resuming);
    assert_eq!(house.running(id).await.generation, running.generation);
    house.tasks.stop().await;
}

#[tokio::test]
async fn a_sandbox_lost_while_paused_has_ended_and_says_why() {
    let house = House::new().await;
    let id = house.launched().await;
    let user = house.running(id).await.user;
    house.change(id, Operation::Pause).await;
    house.until(id, |instance| instance.state == State::Paused).await;
    house.runtime.meddle(id, |_| None);
    let ended = house.until(id, |instance| instance.state == State::Terminated).await;
    assert_eq!(
        (ended.intent, ended.failure.expect("a reason").code),
        (Intent::Terminate, "sandbox-vanished".to_owned())
    );
    house.fleet.launch(&Actor::operator(), user).await.expect("launched again");
    house.running(id).await;
    house.tasks.stop().await;
}

#[tokio::test]
async fn a_recreated_instance_keeps_its_id_and_port_and_gets_another_sandbox() {
    let house = House::new().await;
    let id = house.launched().await;
    let first = house.running(id).await;
    let secret =
        |house: &House| house.runtime.sandboxes().into_iter().find(|one| one.instance == id).map(|one| one.secret);
    let before = secret(&house);
    house.change(id, Operation::Recreate).await;
    let second = house.until(id, |instance| instance.generation == 2 && instance.state == State::Running).await;
    assert_eq!(second.host_port, first.host_port);
    assert_ne!(secret(&house), before);
    house.change(id, Operation::Terminate).await;
    house.until(id, |instance| instance.state == State::Terminated).await;
    house.change(id, Operation::Recreate).await;
    assert_eq!(house.running(id).await.generation, 3);
    house.tasks.stop().await;
}

#[tokio::test]
async fn many_are_asked_at_once_with_an_answer_for_each() {
    let house = House::new().await;
    let all = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched").each;
    house.running(all[0].id).await;
    house.running(all[1].id).await;
    house.change(all[2].id, Operation::Terminate).await;
    let nobody = InstanceId::new(uuid::Uuid::nil());
    let ids = vec![all[0].id, nobody, all[2].id, all[1].id, all[0].id];
    let outcomes = house.fleet.change_all(&Actor::operator(), ids, Operation::Pause).await.expect("asked").each;
    let words: Vec<_> = outcomes
        .iter()
        .map(|one| one.result.as_ref().map_or_else(ToString::to_string, |it| it.state.to_string()))
        .collect();
    assert_eq!(words[..2], ["Pausing", "there is no such instance"]);
    assert!(words[2].starts_with("cannot pause an instance that is "), "{words:?}");
    assert_eq!(words[3..], ["Pausing"]);
    house.tasks.stop().await;
}

#[tokio::test]
async fn whoever_waits_for_a_start_sees_their_place_and_may_leave() {
    let house = House::new().await;
    house.runtime.hold_starts(true);
    let all = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched").each;
    // Two places: the third waits.
    let waits = loop {
        let queue = house.fleet.queue(&Actor::operator());
        if queue.len() == 1 && house.runtime.held_starts() == 2 {
            break queue;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let third = all.iter().find(|instance| waits.contains_key(&instance.user)).expect("one of them").clone();
    assert_eq!(waits[&third.user], 1);
    house.change(third.id, Operation::Terminate).await;
    house.until(third.id, |instance| instance.state == State::Terminated).await;
    house.runtime.hold_starts(false);
    for instance in all.iter().filter(|instance| instance.id != third.id) {
        house.running(instance.id).await;
    }
    assert!(house.fleet.queue(&Actor::operator()).is_empty());
    assert_eq!(house.runtime.made(), 2, "whoever left was never made");
    house.tasks.stop().await;
}

#[tokio::test]
async fn of_what_a_restart_of_the_machine_took_the_last_active_come_first() {
    let house = House::new().await;
    house.import("beta: [dave, erin]").await;
    let all = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched").each;
    for instance in &all {
        house.running(instance.id).await;
    }
    let presence = Presence::new(house.store.clone(), house.clock.nature());
    for instance in [&all[1], &all[0]] {
        house.clock.pass(TimeDelta::minutes(5));
        presence.seen(instance.user);
    }
    presence.keep().await.expect("kept");
    house.runtime.hold_starts(true);
    // Two take the two places, so the others have to wait.
    for lost in [&all[3..], &all[..3]] {
        for instance in lost {
            house.runtime.meddle(instance.id, |_| None);
        }
        while house.runtime.held_starts() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    while house.fleet.queue(&Actor::operator()).len() < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let queue = house.fleet.queue(&Actor::operator());
    let place = |n: usize| queue.get(&all[n].user).copied();
    assert_eq!([place(0), place(1), place(2)], [Some(1), Some(2), Some(3)]);
    house.runtime.hold_starts(false);
    for instance in &all {
        house.running(instance.id).await;
    }
    house.tasks.stop().await;
}

#[tokio::test]
async fn the_same_wish_twice_is_one() {
    let house = House::new().await;
    house.import("beta: [dave, erin]").await;
    let (dave, erin) = (house.user("beta", "dave").await, house.user("beta", "erin").await);
    let wish = |user| LaunchInstance { idempotency_key: Some("once".to_owned()), ..LaunchInstance::of(user) };
    let operator = Actor::operator();
    let first = house.fleet.launch_with(&operator, wish(dave.id)).await.expect("launched");
    let again = house.fleet.launch_with(&operator, wish(dave.id)).await.expect("the same");
    assert_eq!((first.id, first.generation), (again.id, again.generation));
    let other = house.fleet.launch_with(&operator, wish(erin.id)).await.expect_err("another wish");
    assert!(other.to_string().contains("another user's"), "{other}");
    let without = house.fleet.launch(&operator, dave.id).await.expect_err("no key");
    assert!(without.to_string().contains("runs or is about to"), "{without}");
    house.tasks.stop().await;
}
