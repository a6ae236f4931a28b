//! Where a person's files are: directories of the host, nothing at all, and what a group shares.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, chown, symlink},
};

use thon_core::{
    clock::{Ids as _, UuidV7},
    port::runtime::Condition,
};
use thon_domain::{
    id::GroupId,
    sandbox::PathUse,
    workspace::{GroupVolume, Storage, VolumeKind},
};

use crate::{
    outside::Outside,
    stage::{Stage, eventually, rejection},
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

/// What is in a home that no editor starts in.
const BREAK: &str = "rm -rf ~/.local/share/code-server && mkdir -p ~/.local/share && echo x > ~/.local/share/code-server \
                     && echo hers > ~/notes";

#[tokio::test]
async fn docker_rescue_starts_beside_a_home_that_no_editor_starts_in() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let mut spec = stage.person("ada");
    stage.launch(&spec).await;
    outside.sh(&spec.slug, &format!("{BREAK}; echo work > /workspace/file")).await;
    spec.generation = 2;
    stage.runtime.create(&spec).await.expect("made");
    stage.runtime.start(spec.instance).await.expect("started");
    eventually(20, "the editor ends", async || {
        let seen = stage.runtime.inspect(spec.instance).await.expect("a look")?;
        matches!(seen.condition, Condition::Exited { .. }).then_some(())
    })
    .await;
    assert_eq!(rejection(stage.runtime.disk_use(spec.instance).await), "not-running");

    (spec.generation, spec.rescue) = (3, true);
    stage.launch(&spec).await;
    let look = "cat /home/vscode.rescue/notes /workspace/file; test -e ~/notes || echo none; stat -c %U:%a ~";
    let seen = outside.sh(&spec.slug, look).await;
    assert_eq!(seen, "hers\nwork\nnone\nvscode:755\n", "nothing of hers in the home");
    let fill = "head -c 3000000 /dev/urandom > /home/vscode.rescue/large && mkdir -p /workspace/many \
                && for n in 1 2 3; do head -c 700000 /dev/urandom > /workspace/many/$n; done; \
                rm /home/vscode.rescue/.local/share/code-server";
    outside.sh(&spec.slug, fill).await;
    let found = stage.runtime.disk_use(spec.instance).await.expect("a list");
    assert!(found.complete, "{found:?}");
    let of = |all: &[PathUse], path: &str| all.iter().find(|one| one.path == path).map(|one| one.bytes / 100_000);
    assert_eq!(of(&found.files, "/home/vscode.rescue/large"), Some(30), "{found:?}");
    assert_eq!(of(&found.directories, "/workspace/many"), Some(21), "small files count together: {found:?}");
    assert!(!found.files.iter().any(|file| file.path.contains("/many/")), "{found:?}");

    (spec.generation, spec.rescue) = (4, false);
    stage.launch(&spec).await;
    assert_eq!(outside.sh(&spec.slug, "cat ~/notes; stat -c %s ~/large; ls /home").await, "hers\n3000000\nvscode\n");
}
