//! Looking at one event, against a real database.

use std::{collections::BTreeSet, time::Duration};

use futures::{StreamExt as _, pin_mut};
use thon_domain::{
    id::{GroupId, UserId},
    live::{FleetView, LiveMessage, Sight},
};

use super::*;
use crate::{
    actor::{Action, Round},
    directory::groups_file::GroupsFile,
    live::Live,
    poke::Poke,
    testing::Ground,
};

/// Two events, `default` with alice and bob, `autumn` with carol.
async fn ground() -> (Ground, Switch) {
    let ground = Ground::with("{alpha: [alice, bob]}").await;
    let file = GroupsFile::parse("event_id: autumn\ntitle: Autumn\ngroups: {gamma: [carol]}").expect("a groups file");
    ground.directory.import(&Actor::operator(), file).await.expect("imported");
    let switch = Switch::new(ground.store.clone());
    (ground, switch)
}

async fn event(ground: &Ground, event_id: &str) -> EventId {
    let events = ground.directory.events().await.expect("events");
    events.iter().find(|event| event.event_id == event_id).expect("the event").id
}

async fn within(switch: &Switch, actor: &Actor, event: EventId) -> Option<Actor> {
    switch.within(actor, event).await.expect("an answer")
}

/// Somebody who runs this event and no other.
async fn organizer_of(switch: &Switch, event: EventId) -> Actor {
    within(switch, &Actor::operator(), event).await.expect("an actor")
}

async fn names(ground: &Ground, actor: &Actor) -> Vec<String> {
    let FleetView { users, .. } = ground.fleet().view(actor).await.expect("a view");
    let mut names: Vec<_> = users.values().map(|user| user.name.to_string()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn whoever_runs_several_sees_one_of_them_with_everything_in_it() {
    let (ground, switch) = ground().await;
    let (spring, autumn) = (event(&ground, "default").await, event(&ground, "autumn").await);
    let admin = Actor::operator();
    let told = switch.events(&admin).await.expect("events");
    let told: Vec<_> = told.iter().map(|(event, size)| (event.id, size.groups, size.people)).collect();
    assert_eq!(told, [(spring, 1, 2), (autumn, 1, 1)]);
    let narrowed = organizer_of(&switch, spring).await;
    assert_eq!(names(&ground, &narrowed).await, ["alice", "bob"]);
    assert_eq!(names(&ground, &organizer_of(&switch, autumn).await).await, ["carol"]);
    assert_eq!(names(&ground, &admin).await, ["alice", "bob", "carol"]);

    let launched = ground.fleet().launch_missing(&narrowed, None).await.expect("launched");
    let (alice, bob) = (ground.user("alpha/alice").await.id, ground.user("alpha/bob").await.id);
    assert_eq!(launched.each.iter().map(|one| one.user).collect::<BTreeSet<_>>(), [alice, bob].into());
}

#[tokio::test]
async fn what_is_chosen_never_widens() {
    let (ground, switch) = ground().await;
    let (spring, autumn) = (event(&ground, "default").await, event(&ground, "autumn").await);
    let alice = ground.user("alpha/alice").await;
    let participant = ground.participant(alice.id).await;
    let of_spring = organizer_of(&switch, spring).await;
    let mentor = Actor {
        role: Role::Mentor,
        rounds: of_spring.rounds.iter().cloned().map(|round| Round { role: Role::Mentor, ..round }).collect(),
        ..of_spring.clone()
    };
    for (who, actor, runs) in [
        ("the admin", Actor::operator(), vec![spring, autumn]),
        ("an organizer of one", of_spring, vec![spring]),
        ("a mentor", mentor, vec![]),
        ("a participant", participant, vec![]),
    ] {
        let told = switch.events(&actor).await.expect("events");
        assert_eq!(told.into_iter().map(|(event, _)| event.id).collect::<Vec<_>>(), runs, "{who}");
        for event in [spring, autumn, EventId::new(uuid::Uuid::nil())] {
            let narrowed = within(&switch, &actor, event).await;
            assert_eq!(narrowed.is_some(), runs.contains(&event), "{who}");
            let Some(narrowed) = narrowed else { continue };
            assert_no_wider(&narrowed, &actor, &ground).await;
        }
    }
}

/// Whoever looks at less sees and may nothing that they could not before.
async fn assert_no_wider(narrowed: &Actor, before: &Actor, ground: &Ground) {
    let Sight::Own { users, groups, watched } = narrowed.sight() else { panic!("an event is not everything") };
    if let Sight::Own { users: all, groups: all_groups, .. } = before.sight() {
        assert!(users.is_subset(&all) && groups.is_subset(&all_groups));
    }
    assert!(watched.is_empty());
    let mut actions = vec![Action::SeeFleet, Action::ChangeSettings, Action::MakeAdminLink, Action::SeeTokens];
    for path in ["alpha/alice", "alpha/bob", "gamma/carol"] {
        let (user, group): (UserId, GroupId) = {
            let user = ground.user(path).await;
            (user.id, user.group)
        };
        actions.extend([
            Action::SeeUser(user),
            Action::Launch(user),
            Action::OpenEditor(user),
            Action::SeeGroup(group),
        ]);
    }
    for action in actions {
        assert!(narrowed.may(action).is_err() || before.may(action).is_ok(), "{action:?}");
    }
}

#[tokio::test]
async fn an_archived_event_is_none() {
    let (ground, switch) = ground().await;
    let autumn = event(&ground, "autumn").await;
    assert!(within(&switch, &Actor::operator(), autumn).await.is_some());
    ground.directory.archive_event(&Actor::operator(), "autumn".to_owned()).await.expect("archived");
    assert!(within(&switch, &Actor::operator(), autumn).await.is_none());
    assert_eq!(switch.events(&Actor::operator()).await.expect("events").len(), 1);
}

#[tokio::test]
async fn who_comes_into_the_event_is_told_and_nobody_of_another() {
    let (ground, switch) = ground().await;
    let narrowed = organizer_of(&switch, event(&ground, "default").await).await;
    let live = Live::new(ground.store.clone(), Poke::channel().0);
    let stream = live.follow(narrowed, None, futures::stream::empty().boxed()).await.expect("a stream");
    pin_mut!(stream);
    let elsewhere =
        GroupsFile::parse("event_id: autumn\ngroups: {gamma: [dave], delta: [erin]}").expect("a groups file");
    ground.directory.import(&Actor::operator(), elsewhere).await.expect("imported");
    ground.import("{alpha: [dora], beta: [emil]}").await;
    let emil = ground.user("beta/emil").await.id;
    ground.launched(ground.user("gamma/carol").await.id).await;
    ground.launched(emil).await;
    let mut told = Vec::new();
    while let Ok(Some(message)) = tokio::time::timeout(Duration::from_millis(200), stream.next()).await {
        let LiveMessage::Activity { activity } = message else { continue };
        let change = &activity.change;
        told.extend(change.group().map(|group| group.name.to_string()));
        told.extend(change.user().map(|user| user.name.to_string()));
        told.extend(change.instance().map(|one| format!("launched {}", one.user == emil)));
    }
    assert_eq!(told, ["beta", "dora", "emil", "launched true"]);
}
