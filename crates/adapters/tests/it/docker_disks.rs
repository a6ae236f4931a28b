//! Disk limits, tried by somebody who fills their disk, and by a host that starts anew.

use std::{fs, path::Path, process::Command};

use bollard::query_parameters::RemoveVolumeOptions;
use tempfile::TempDir;
use thon_core::port::runtime::{Enforcement, SandboxSpec};

use crate::{
    editor,
    outside::Outside,
    stage::{Stage, rejection},
};

const LIMIT: u64 = 96 << 20;

/// A directory for file systems. It has to be declared before the stage whose containers use them.
struct Shelf(TempDir);

impl Shelf {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn stage(&self) -> Stage {
        Stage::docker_with(|options| options.disks_dir = Some(self.0.path().to_owned()))
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("entries");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        for path in self.files().iter().map(|name| self.0.path().join(name)).filter(|path| path.is_dir()) {
            unmount(&path);
        }
    }
}

/// As a restart of the host would.
fn unmount(path: &Path) {
    let output = Command::new("umount").arg(path).output().expect("umount");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn limited(stage: &Stage, name: &str) -> SandboxSpec {
    let mut spec = stage.person(name);
    spec.limits.disk_bytes = Some(LIMIT);
    spec
}

#[tokio::test]
async fn docker_full_disk_is_its_owners_alone() {
    let (shelf, outside) = (Shelf::new(), Outside::connect());
    let stage = shelf.stage();
    let told = stage.runtime.capabilities().await.expect("capabilities").disk_quota;
    assert_eq!(told, Enforcement::Enforced);
    let (ada, bob) = (limited(&stage, "ada"), limited(&stage, "bob"));
    tokio::join!(stage.launch(&ada), stage.launch(&bob));

    outside.sh(&ada.slug, "echo work > /workspace/file && echo passing > /tmp/file").await;
    for directory in ["/workspace", "~", "/tmp", "/var/tmp"] {
        let fill = format!("cat /dev/zero > {directory}/zeros");
        let (said, code) = outside.run(&ada.slug, &["sh", "-c", &fill]).await;
        assert!(code != 0 && said.contains("No space left on device"), "{directory}: {code} {said}");
    }
    let took = fs::metadata(shelf.0.path().join(format!("{}.img", ada.slug))).expect("a file").len();
    assert_eq!(took, LIMIT);
    assert!(editor::opens(ada.host_port, Some(&ada.secret)).await, "a full disk closes the editor");
    outside.sh(&bob.slug, "head -c 40M /dev/zero > /workspace/zeros && sync").await;

    // Hers is still hers, and a full disk does not keep her out.
    stage.launch(&ada).await;
    assert_eq!(outside.sh(&ada.slug, "cat /workspace/file; ls -A /tmp /var/tmp").await, "work\n/tmp:\n\n/var/tmp:\n");
    outside.sh(&ada.slug, "rm /workspace/zeros ~/zeros && head -c 1M /dev/zero > /workspace/again").await;
}

#[tokio::test]
async fn docker_full_disk_is_emptied_from_a_rescue_start() {
    let (shelf, outside) = (Shelf::new(), Outside::connect());
    let stage = shelf.stage();
    let mut ada = limited(&stage, "ada");
    stage.launch(&ada).await;
    let (_, code) = outside.run(&ada.slug, &["sh", "-c", "cat /dev/zero > ~/zeros"]).await;
    assert_ne!(code, 0, "it is full");
    (ada.generation, ada.rescue) = (2, true);
    stage.launch(&ada).await;
    outside.sh(&ada.slug, "echo x > /tmp/file && echo x > /var/tmp/file && echo x > ~/file").await;
    let (_, code) = outside.run(&ada.slug, &["sh", "-c", "head -c 100M /dev/zero > /tmp/much"]).await;
    assert_ne!(code, 0, "what passes has its bounds, too");
    let found = stage.runtime.disk_use(ada.instance).await.expect("a list");
    let largest = &found.files[0];
    assert_eq!(largest.path, "/home/vscode.rescue/zeros", "{found:?}");
    assert!(
        largest.bytes > LIMIT / 2 && found.directories.iter().all(|one| !one.path.starts_with("/tmp")),
        "{found:?}"
    );
    outside.sh(&ada.slug, "rm /home/vscode.rescue/zeros").await;
    (ada.generation, ada.rescue) = (3, false);
    stage.launch(&ada).await;
    outside.sh(&ada.slug, "head -c 1M /dev/zero > ~/again && ! test -e ~/zeros").await;
}

#[tokio::test]
async fn docker_limited_volumes_are_there_after_the_host_has_started_anew() {
    let (shelf, outside) = (Shelf::new(), Outside::connect());
    let stage = shelf.stage();
    let spec = limited(&stage, "ada");
    stage.launch(&spec).await;
    outside.sh(&spec.slug, "echo work > /workspace/file && echo state > ~/file && test -e ~/.bashrc").await;
    let volumes = stage.runtime.volumes().await.expect("volumes");
    assert_eq!(volumes.iter().map(|one| one.limit_bytes).collect::<Vec<_>>(), [Some(LIMIT); 2]);
    stage.runtime.remove(spec.instance).await.expect("removed");
    let mounted = shelf.0.path().join(spec.slug.to_string());
    unmount(&mounted);
    stage.runtime.create(&spec).await.expect("created");
    unmount(&mounted);
    stage.runtime.start(spec.instance).await.expect("started");
    assert_eq!(outside.sh(&spec.slug, "cat /workspace/file ~/file").await, "work\nstate\n");

    stage.runtime.remove(spec.instance).await.expect("removed");
    let [home, work] = [&spec.workspace.home_volume, &spec.workspace.workspace_volume];
    stage.runtime.remove_volume(home, Some(spec.user)).await.expect("deleted");
    assert_eq!(fs::read_to_string(mounted.join("workspace/file")).expect("the work"), "work\n");
    unmount(&mounted);
    stage.runtime.remove_volume(work, Some(spec.user)).await.expect("deleted");
    assert_eq!(shelf.files(), Vec::<String>::new());
}

#[tokio::test]
async fn docker_full_disk_of_the_host_is_told() {
    let shelf = Shelf::new();
    let small = shelf.0.path().join("small");
    fs::create_dir(&small).expect("a directory");
    let tmpfs = ["-t", "tmpfs", "-o", "size=1m", "tmpfs"];
    assert!(Command::new("mount").args(tmpfs).arg(&small).status().expect("mount").success());
    let stage = Stage::docker_with(|options| options.disks_dir = Some(small.clone()));
    let spec = limited(&stage, "ada");
    let told = stage.runtime.capabilities().await.expect("capabilities").disk_quota;
    assert_eq!(told, Enforcement::Enforced);
    let zeros = small.join("zeros");
    fs::write(&zeros, vec![0; 2 << 20]).expect_err("a full disk");
    assert_eq!(rejection(stage.runtime.create(&spec).await), "no-space");
    let left: Vec<_> = fs::read_dir(&small).expect("entries").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(left, std::slice::from_ref(&zeros));
    assert_eq!(stage.runtime.volumes().await, Ok(vec![]));
    fs::remove_file(zeros).expect("removed");
    stage.runtime.create(&spec).await.expect("created");
    stage.runtime.remove(spec.instance).await.expect("removed");
    for name in [&spec.workspace.home_volume, &spec.workspace.workspace_volume] {
        stage.runtime.remove_volume(name, Some(spec.user)).await.expect("deleted");
    }
}

#[tokio::test]
async fn docker_volumes_without_a_limit_stay_without() {
    let shelf = Shelf::new();
    let stage = shelf.stage();
    let mut spec = stage.person("ada");
    stage.runtime.create(&spec).await.expect("created");
    spec.limits.disk_bytes = Some(LIMIT);
    stage.launch(&spec).await;
    let volumes = stage.runtime.volumes().await.expect("volumes");
    assert_eq!(volumes.iter().map(|one| one.limit_bytes).collect::<Vec<_>>(), [None; 2]);
    assert_eq!(shelf.files(), Vec::<String>::new());
}

#[tokio::test]
async fn docker_disk_that_cannot_be_divided_is_told() {
    let nowhere = Stage::docker_with(|options| options.disks_dir = Some("/proc/thon".into()));
    let Enforcement::NotEnforced { why, commands } = nowhere.runtime.capabilities().await.expect("told").disk_quota
    else {
        panic!("no directory can be made in /proc")
    };
    assert!(why.contains("/proc/thon") && !commands.is_empty(), "{why} {commands:?}");
    // A limit that cannot be kept keeps nobody from their work.
    let spec = limited(&nowhere, "ada");
    nowhere.runtime.create(&spec).await.expect("created");
    let foreign = nowhere.runtime.remove_volume(&spec.workspace.home_volume, None).await;
    assert_eq!(rejection(foreign), "volume-foreign");
}

#[tokio::test]
async fn docker_whole_disk_whose_volumes_somebody_removed_is_told_and_holds_the_work() {
    let (shelf, outside) = (Shelf::new(), Outside::connect());
    let stage = shelf.stage();
    let (ada, bob) = (limited(&stage, "ada"), limited(&stage, "bob"));
    stage.launch(&ada).await;
    stage.launch(&bob).await;
    outside.sh(&ada.slug, "echo work > /workspace/file").await;
    let lone = async || stage.runtime.holdings().await.expect("holdings").lone_disks;
    assert_eq!(lone().await, [], "volumes are in them");
    stage.runtime.remove(ada.instance).await.expect("removed");
    for name in [&ada.workspace.home_volume, &ada.workspace.workspace_volume] {
        outside.0.remove_volume(name, None::<RemoveVolumeOptions>).await.expect("removed by hand");
    }
    let found = lone().await;
    let (hers, his) = (format!("{}.img", ada.slug), format!("{}.img", bob.slug));
    assert_eq!(
        found.iter().map(|disk| (&disk.name, disk.slug.as_ref())).collect::<Vec<_>>(),
        [(&hers, Some(&ada.slug))]
    );
    assert!(found[0].size_bytes > 100_000, "{found:?}");

    // Whoever starts again has their files again.
    stage.launch(&ada).await;
    assert_eq!(outside.sh(&ada.slug, "cat /workspace/file").await, "work\n");
    assert_eq!(rejection(stage.runtime.discard_files(&hers).await), "disk-in-use");
    stage.runtime.remove(ada.instance).await.expect("removed");
    for name in [&ada.workspace.home_volume, &ada.workspace.workspace_volume] {
        outside.0.remove_volume(name, None::<RemoveVolumeOptions>).await.expect("removed by hand");
    }
    for name in [hers.as_str(), hers.as_str(), "../elsewhere.img"] {
        stage.runtime.discard_files(name).await.expect("gone, or never there");
    }
    assert_eq!(rejection(stage.runtime.discard_files(&his).await), "disk-in-use");
    let mut left = shelf.files();
    left.sort();
    assert_eq!(left, [bob.slug.to_string(), his]);
    assert_eq!(lone().await, []);
}

#[tokio::test]
async fn docker_what_a_kill_left_of_a_disk_is_told_and_goes_when_asked() {
    let shelf = Shelf::new();
    let stage = shelf.stage();
    let ada = limited(&stage, "ada");
    stage.launch(&ada).await;
    let half = format!("{}-half.new", ada.slug);
    fs::write(shelf.0.path().join(&half), vec![1; 10_000]).expect("written");
    // Of a process that has gone, and of one that tries at this moment.
    let (gone, at_it) = ("probe.4294967295.img".to_owned(), format!("probe.{}.new", std::process::id()));
    fs::write(shelf.0.path().join(&gone), "").expect("written");
    fs::write(shelf.0.path().join(&at_it), "").expect("written");
    let told = async || stage.runtime.holdings().await.expect("holdings").unfinished_disks;
    let found = told().await;
    assert_eq!(found.iter().map(|disk| disk.name.as_str()).collect::<Vec<_>>(), [gone.as_str(), half.as_str()]);
    assert_eq!(found[1].slug.as_ref().map(ToString::to_string), Some(format!("{}-half", ada.slug)));
    assert!((10_000..100_000).contains(&found[1].size_bytes) && found[0].slug.is_none(), "{found:?}");

    let whole = format!("{}.img", ada.slug);
    for name in [&whole, &at_it] {
        assert_eq!(rejection(stage.runtime.discard_disk(name).await), "disk-in-use");
    }
    for name in [half.as_str(), gone.as_str(), half.as_str(), "../elsewhere.new"] {
        stage.runtime.discard_disk(name).await.expect("gone, or never there");
    }
    let mut left = shelf.files();
    left.sort();
    assert_eq!(left, [at_it.clone(), ada.slug.to_string(), whole]);
    assert_eq!(told().await, []);
    fs::remove_file(shelf.0.path().join(at_it)).expect("removed");
}
