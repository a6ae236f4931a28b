//! Imports against a real database.

use std::collections::BTreeSet;

use proptest::prelude::*;
use thon_domain::{
    id::{UserId, WorkspaceId},
    workspace::Workspace,
};
use uuid::Uuid;

use super::*;
use crate::testing::Ground;

async fn import(ground: &Ground, text: &str) -> ImportReport {
    let file = GroupsFile::parse(text).expect("a groups file");
    ground.directory.import(&Actor::operator(), file).await.expect("imported")
}

#[tokio::test]
async fn an_import_adds_what_is_missing_and_tells_what_it_did() {
    let ground = Ground::new().await;
    let text =
        "groups: {alpha: [alice, {name: bob, email: bob@example.org}], beta: {title: Team Beta, users: [carol]}}";
    let first = import(&ground, text).await;
    assert_eq!(first, ImportReport { groups_created: 2, users_created: 3, changed: 0, unchanged: 0 });
    let again = import(&ground, text).await;
    assert_eq!(again, ImportReport { groups_created: 0, users_created: 0, changed: 0, unchanged: 5 });
    let changed = import(&ground, "groups: {alpha: [{name: ALICE, email: alice@example.org}]}").await;
    assert_eq!(changed, ImportReport { groups_created: 0, users_created: 0, changed: 1, unchanged: 1 });
    assert_eq!(ground.user("alpha/alice").await.email.as_deref(), Some("alice@example.org"));
}

#[tokio::test]
async fn an_event_is_made_once_and_named_by_the_file() {
    let ground = Ground::new().await;
    import(&ground, "{event_id: spring, title: Spring, groups: {alpha: [alice]}}").await;
    import(&ground, "{event_id: spring, title: Spring 2026, groups: {alpha: [bob]}}").await;
    let events = ground.store.read(events::all).await.expect("events");
    let named: Vec<_> = events.iter().map(|event| (event.event_id.as_str(), event.title.as_deref())).collect();
    assert_eq!(named, [("spring", Some("Spring 2026"))]);
}

#[tokio::test]
async fn a_participant_sees_their_own_group_and_nobodys_mail() {
    let ground = Ground::with("{alpha: [alice, {name: bob, email: bob@example.org}], beta: [carol]}").await;
    let alice = ground.participant(ground.user("alpha/alice").await.id).await;
    let groups = ground.directory.groups(&alice).await.expect("groups");
    assert_eq!(groups.iter().map(|home| home.group.name.as_str()).collect::<Vec<_>>(), ["alpha"]);
    assert!(groups[0].users.iter().all(|user| user.email.is_none()));
    let carol = ground.user("beta/carol").await;
    let hidden = ground.directory.user(&alice, carol.id).await;
    assert!(matches!(hidden, Err(Error::Forbidden { .. })), "{hidden:?}");
}

#[tokio::test]
async fn a_participant_imports_nothing() {
    let ground = Ground::with("{alpha: [alice]}").await;
    let alice = ground.participant(ground.user("alpha/alice").await.id).await;
    let file = GroupsFile::parse("groups: {gamma: [mallory]}").expect("a groups file");
    let refused = ground.directory.import(&alice, file).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
}

/// Names that collide as soon as one writes them carelessly, and whatever else people type.
fn names() -> impl Strategy<Value = Vec<(String, String)>> {
    let part = prop_oneof![
        "[ab-]{1,4}",
        "\\PC{1,12}",
        Just("..".to_owned()),
        Just("../../etc".to_owned()),
        Just("thon.user=1".to_owned()),
        Just("x\ny".to_owned()),
    ];
    prop::collection::vec((part.clone(), part), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// No name leads outside the workspace root, into another's volume, or into a label or host name.
    #[test]
    fn every_user_gets_volumes_and_a_host_name_of_their_own(names in names()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let users = runtime.block_on(async {
            let ground = Ground::new().await;
            for (group, user) in names {
                let (Ok(group), Ok(user)) = (group.parse(), user.parse()) else { continue };
                let users = vec![UserEntry { name: user, email: None }];
                let groups = vec![GroupEntry { name: group, title: None, users }];
                let file = GroupsFile { event_id: None, title: None, groups };
                ground.directory.import(&Actor::operator(), file).await.expect("imported");
            }
            ground.store.read(users::all).await.expect("users")
        });
        let mut taken = BTreeSet::new();
        for user in &users {
            let id = WorkspaceId::new(Uuid::nil());
            let workspace = Workspace::of(id, UserId::new(Uuid::nil()), &user.slug);
            let host = format!("{}.localhost", user.slug);
            for name in [workspace.workspace_volume, workspace.home_volume, host] {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
                prop_assert!(name.chars().all(plain) && !name.contains(".."), "{name}");
                prop_assert!(taken.insert(name.clone()), "{name} was given twice");
            }
        }
    }
}
