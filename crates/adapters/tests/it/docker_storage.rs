//! Where a person's files are: directories of the host, nothing at all, and what a group shares.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, chown, symlink},
};

use thon_core::clock::{Ids as _, UuidV7};
use thon_domain::{
    id::GroupId,
    workspace::{GroupVolume, Storage, VolumeKind},
};

use crate::{
    outside::Outside,
    stage::{Stage, rejection},
};

#[tokio::test]
async fn docker_bound_workspace_is_a_directory_of_the_persons() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let root = tempfile::tempdir().expect("a directory");
    let mut spec = stage.person("ada");
    let path = root.path().join(spec.slug.to_string());
    spec.workspace.storage = Storage::Bind { path: path.display().to_string() };
    stage.launch(&spec).await;
    outside.sh(&spec.slug, "echo work > /workspace/file && echo state > ~/file").await;
    let made = fs::metadata(&path).expect("a directory");
    assert_eq!((made.uid(), made.gid(), made.mode() & 0o7777), (1001, 1001, 0o700));
    assert_eq!(fs::read_to_string(path.join("file")).expect("the work"), "work\n");
    fs::write(path.join("large"), vec![1; 3_000_000]).expect("written");
    let held = stage.runtime.directory_bytes(&path.display().to_string()).await;
    assert!(held.is_some_and(|bytes| (3_000_000..4_000_000).contains(&bytes)), "{held:?}");
    assert_eq!(stage.runtime.directory_bytes("/no/such/directory").await, None);

    spec.generation = 2;
    stage.launch(&spec).await;
    assert_eq!(outside.sh(&spec.slug, "cat /workspace/file ~/file").await, "work\nstate\n");
    let volumes = stage.runtime.volumes().await.expect("volumes");
    assert_eq!(volumes.iter().map(|one| one.kind).collect::<Vec<_>>(), [VolumeKind::Home]);
}

#[tokio::test]
async fn docker_directory_that_is_not_the_persons_is_refused() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let root = tempfile::tempdir().expect("a directory");
    let path = |name: &str| root.path().join(name);
    fs::create_dir(path("roots")).expect("a directory");
    fs::create_dir(path("theirs")).expect("a directory");
    chown(path("theirs"), Some(1001), Some(1001)).expect("given");
    symlink(path("theirs"), path("link")).expect("a link");
    fs::write(path("file"), "").expect("a file");
    let mut spec = stage.person("ada");
    for (name, code) in [
        ("roots", "bind-foreign"),
        ("link", "bind-foreign"),
        ("file", "bind-foreign"),
        ("nowhere/below", "bind-unmade"),
    ] {
        spec.workspace.storage = Storage::Bind { path: path(name).display().to_string() };
        assert_eq!(rejection(stage.runtime.create(&spec).await), code, "{name}");
    }
    assert_eq!(outside.containers("thon.installation", &stage.installation).await, Vec::<String>::new());
    assert_eq!(outside.volumes("thon.installation", &stage.installation).await, Vec::<String>::new());
}

#[tokio::test]
async fn docker_group_shares_its_storage_and_nobody_elses() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let (mut ada, mut bob) = (stage.person("ada"), stage.person("bob"));
    let group = GroupVolume::of(GroupId::new(UuidV7.next()));
    ada.group_volume = Some(group.clone());
    bob.group_volume = Some(group.clone());
    tokio::join!(stage.launch(&ada), stage.launch(&bob));
    outside.sh(&ada.slug, "mkdir /storage/dir && echo hers > /storage/dir/file").await;
    assert_eq!(
        outside.sh(&bob.slug, "cat /storage/dir/file; stat -c '%u:%g %a' /storage").await,
        "hers\n1001:1001 2775\n"
    );

    let mut eve = stage.person("eve");
    eve.group_volume = Some(GroupVolume { name: group.name.clone(), group: GroupId::new(UuidV7.next()) });
    assert_eq!(rejection(stage.runtime.create(&eve).await), "volume-foreign");
    let shared = stage.runtime.volumes().await.expect("volumes").into_iter().find(|one| one.name == group.name);
    let shared = shared.expect("the group's");
    assert_eq!((shared.kind, shared.user, shared.group), (VolumeKind::Group, None, Some(group.group)));
    assert_eq!(rejection(stage.runtime.remove_volume(&group.name, None).await), "volume-in-use");
}
