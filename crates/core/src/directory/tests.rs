//! The directory against a real database.

use std::{collections::BTreeSet, path::Path};

use proptest::prelude::*;
use thon_domain::{
    id::{UserId, WorkspaceId},
    workspace::{Storage, StorageChoice, Workspace},
};
use uuid::Uuid;

use super::{
    groups_file::{GroupEntry, GroupsFile, UserEntry},
    *,
};
use crate::testing::Ground;

mod edits;
mod import;
mod many;

#[tokio::test]
async fn a_participant_sees_their_own_group_and_nobodys_mail() {
    let ground = Ground::with("{alpha: [alice, {name: bob, email: bob@example.org}], beta: [carol]}").await;
    let alice = ground.participant(ground.user("alpha/alice").await.id).await;
    let groups = ground.directory.groups(&alice, GroupsWanted::default()).await.expect("groups").groups;
    assert_eq!(groups.iter().map(|home| home.group.name.as_str()).collect::<Vec<_>>(), ["alpha"]);
    assert!(groups[0].users.iter().all(|person| person.user.email.is_none()));
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
                let users = vec![UserEntry { name: user, email: None, sandbox: None }];
                let groups = vec![GroupEntry { name: group, title: None, sandbox: None, users }];
                let file = GroupsFile { event_id: None, title: None, groups };
                ground.directory.import(&Actor::operator(), file).await.expect("imported");
            }
            ground.store.read(user_rows::all).await.expect("users")
        });
        let mut taken = BTreeSet::new();
        for user in &users {
            let id = WorkspaceId::new(Uuid::nil());
            let workspace = Workspace::of(id, UserId::new(Uuid::nil()), &user.slug);
            let host = format!("{}.localhost", user.slug);
            let bound = StorageChoice::Bind { dir: "/srv/work".to_owned() }.of(&user.slug);
            let Storage::Bind { path } = bound else { panic!("a directory") };
            prop_assert_eq!(Path::new(&path).parent(), Some(Path::new("/srv/work")), "{} leads elsewhere", path);
            for name in [workspace.workspace_volume, workspace.home_volume, host] {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
                prop_assert!(name.chars().all(plain) && !name.contains(".."), "{name}");
                prop_assert!(taken.insert(name.clone()), "{name} was given twice");
            }
        }
    }
}
