//! What only Docker can show: what a sandbox is made of, and what is never taken from anybody else.

use bytes::Bytes;
use futures::StreamExt as _;
use thon_adapters::runtime::docker::{Docker, DockerOptions};
use thon_core::port::runtime::{Condition, InjectedFile, RuntimeError, SandboxRuntime as _, SandboxSpec};

use crate::{
    outside::Outside,
    stage::{IMAGE, Stage, eventually, random, rejection},
};

#[tokio::test]
async fn docker_keeps_files_when_the_sandbox_goes() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let mut spec = stage.person("ada");
    stage.launch(&spec).await;
    outside.sh(&spec.slug, "echo work > /workspace/file && echo state > ~/file").await;
    stage.runtime.remove(spec.instance).await.expect("removed");
    spec.generation = 2;
    stage.launch(&spec).await;
    assert_eq!(outside.sh(&spec.slug, "cat /workspace/file ~/file").await, "work\nstate\n");

    let mut volumes = outside.volumes("thon.user", &spec.user.to_string()).await;
    volumes.sort();
    assert_eq!(volumes, [spec.workspace.home_volume, spec.workspace.workspace_volume]);
}

#[tokio::test]
async fn docker_volume_that_nobody_labelled_is_never_mounted() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let spec = stage.person("ada");
    outside.volume(&stage.installation, &spec.workspace.workspace_volume, &[]).await;
    assert_eq!(rejection(stage.runtime.create(&spec).await), "volume-foreign");
    assert_eq!(outside.containers("thon.installation", &stage.installation).await, Vec::<String>::new());
}

#[tokio::test]
async fn docker_container_of_a_stranger_keeps_its_name() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let spec = stage.person("ada");
    let stranger = outside.container(&stage.installation, &format!("thon-{}", spec.slug), &[]).await;
    assert_eq!(rejection(stage.runtime.create(&spec).await), "name-taken");
    assert_eq!(outside.inspect(&spec.slug).await.id, Some(stranger));
    assert_eq!(outside.containers("thon.installation", &stage.installation).await, Vec::<String>::new());
}

#[tokio::test]
async fn docker_sandboxes_of_another_installation_are_left_alone() {
    let (ours, theirs) = (Stage::docker(), Stage::docker());
    let spec = theirs.person("ada");
    theirs.runtime.create(&spec).await.expect("created");
    assert_eq!(ours.runtime.list().await, Ok(vec![]));
    assert_eq!(ours.runtime.inspect(spec.instance).await, Ok(None));
    assert_eq!(ours.runtime.start(spec.instance).await, Err(RuntimeError::NotFound(spec.instance)));
    ours.runtime.remove(spec.instance).await.expect("nothing to do");
    assert!(theirs.runtime.inspect(spec.instance).await.expect("an answer").is_some(), "it is still there");
}

/// As while a restart hands over: both have looked, each changes what the other has seen.
#[tokio::test]
async fn docker_sandbox_that_a_successor_makes_anew_is_seen() {
    let stage = Stage::docker();
    let successor = Stage::docker_with(|options| options.installation.clone_from(&stage.installation));
    let spec = stage.person("ada");
    let generation = async |of: &Stage| {
        let seen = of.runtime.inspect(spec.instance).await.expect("an answer");
        seen.map(|sandbox| sandbox.generation)
    };
    stage.runtime.create(&spec).await.expect("created");
    assert_eq!((generation(&stage).await, generation(&successor).await), (Some(1), Some(1)));
    successor.runtime.create(&SandboxSpec { generation: 2, ..spec.clone() }).await.expect("created anew");
    assert_eq!((generation(&stage).await, generation(&successor).await), (Some(2), Some(2)));
    stage.runtime.remove(spec.instance).await.expect("removed");
    assert_eq!((generation(&stage).await, generation(&successor).await), (None, None));
    stage.runtime.create(&SandboxSpec { generation: 3, ..spec.clone() }).await.expect("created once more");
    assert_eq!((generation(&stage).await, generation(&successor).await), (Some(3), Some(3)));
}

#[tokio::test]
async fn docker_half_made_sandbox_is_shown_to_be_removed_and_never_started() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let spec = stage.person("ada");
    stage.runtime.create(&spec).await.expect("created");
    // As if THON had been killed before the last act of making it.
    let half_made = bollard::query_parameters::RenameContainerOptions { name: format!("thon-{}.new", spec.slug) };
    outside.0.rename_container(&format!("thon-{}", spec.slug), half_made).await.expect("renamed");

    let seen = stage.runtime.list().await.expect("a list");
    assert_eq!(seen.iter().map(|one| (one.instance, one.generation)).collect::<Vec<_>>(), [(spec.instance, 0)]);
    assert_eq!(stage.runtime.inspect(spec.instance).await, Ok(seen.into_iter().next()));
    assert_eq!(stage.runtime.start(spec.instance).await, Err(RuntimeError::NotFound(spec.instance)));

    stage.runtime.create(&spec).await.expect("created over it");
    let generations: Vec<u32> = stage.runtime.list().await.expect("a list").iter().map(|one| one.generation).collect();
    assert_eq!(generations, [1]);
}

#[tokio::test]
async fn docker_image_that_is_not_made_for_thon_is_refused() {
    let image = format!("thon-test/foreign-{}", random());
    let (stage, outside) = (Stage::docker_with(|options| options.image.clone_from(&image)), Outside::connect());
    let spec = stage.person("ada");
    assert_eq!(rejection(stage.runtime.check().await), "image-missing");
    assert_eq!(rejection(stage.runtime.create(&spec).await), "image-missing");

    let from = bollard::query_parameters::CreateImageOptions {
        from_src: Some("-".to_owned()),
        repo: Some(image.clone()),
        tag: Some("latest".to_owned()),
        ..Default::default()
    };
    let empty = tar::Builder::new(Vec::new()).into_inner().expect("an archive");
    let mut imported = outside.0.create_image(Some(from), Some(bollard::body_full(empty.into())), None);
    while let Some(step) = imported.next().await {
        step.expect("imported");
    }
    let refused = (stage.runtime.check().await, stage.runtime.create(&spec).await);
    outside.0.remove_image(&image, None::<bollard::query_parameters::RemoveImageOptions>, None).await.expect("removed");
    assert_eq!((rejection(refused.0), rejection(refused.1)), ("image-foreign", "image-foreign"));
}

#[tokio::test]
async fn docker_image_of_ones_own_builds_on_ours_or_gets_no_name() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let folder = tempfile::tempdir().expect("a folder");
    let name = format!("t{}", random());
    let build = |dockerfile: &str| {
        let file = folder.path().join(format!("Dockerfile.{name}"));
        std::fs::write(&file, dockerfile).expect("written");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../script/image");
        let output = std::process::Command::new(script).arg("--from").arg(&file).output().expect("a shell");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let image = format!("thon/{name}:latest");
    for (dockerfile, why) in [
        ("FROM thon/sandbox-lite\nUSER root\n", "ends as the user `root`"),
        ("FROM thon/sandbox-lite\nENTRYPOINT [\"sh\"]\n", "changes the entry point"),
        ("FROM thon/sandbox-lite\nLABEL thon.contract=\n", "does not build on ours"),
    ] {
        let (named, said) = build(dockerfile);
        assert!(!named && said.contains(why) && said.contains("hint: "), "{said}");
        assert!(outside.0.inspect_image(&image).await.is_err(), "{why}, and it has its name");
    }
    let (named, said) = build("FROM thon/sandbox-lite\nUSER root\nRUN echo mine > /opt/mine\nUSER vscode\n");
    assert!(named, "{said}");
    let mut spec = stage.person("ada");
    spec.image = Some(image.clone());
    stage.launch(&spec).await;
    let said = outside.sh(&spec.slug, "cat /opt/mine").await;
    let seen = stage.runtime.inspect(spec.instance).await.expect("an answer").expect("a sandbox").image;
    stage.runtime.remove(spec.instance).await.expect("removed");
    outside.0.remove_image(&image, None::<bollard::query_parameters::RemoveImageOptions>, None).await.expect("removed");
    assert_eq!((said.as_str(), seen), ("mine\n", image));
}

#[tokio::test]
async fn docker_image_that_wants_root_does_not_get_it() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let image = format!("thon-test/root-{}", random());
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("Dockerfile"), "FROM thon/sandbox-lite\nUSER root\n").expect("written");
    let arguments = ["build", "--quiet", "--tag", &image];
    let mut docker = std::process::Command::new("docker");
    let built = docker.args(arguments).arg(folder.path()).env("DOCKER_BUILDKIT", "0").output().expect("docker");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let mut spec = stage.person("ada");
    spec.image = Some(image.clone());
    stage.launch(&spec).await;
    let said = outside.sh(&spec.slug, "id -u; echo $HOME; cat /proc/1/status | grep ^Uid").await;
    stage.runtime.remove(spec.instance).await.expect("removed");
    outside.0.remove_image(&image, None::<bollard::query_parameters::RemoveImageOptions>, None).await.expect("removed");
    assert_eq!(said, "1001\n/home/vscode\nUid:\t1001\t1001\t1001\t1001\n");
}

#[tokio::test]
async fn docker_files_arrive_with_owner_and_mode() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let mut spec = stage.person("ada");
    let file = |path: &str, mode| InjectedFile { path: path.to_owned(), content: Bytes::from_static(b"hi"), mode };
    spec.files = vec![
        file("/home/vscode/.config/thon/key", 0o600),
        file("/home/vscode/.ssh/config", 0o644),
        file("/workspace/run.sh", 0o755),
    ];
    stage.launch(&spec).await;
    let stat = "cd / && stat -c '%n %u:%g %a' home/vscode home/vscode/.config home/vscode/.config/thon \
                home/vscode/.config/thon/key workspace workspace/run.sh && cat /workspace/run.sh";
    let expected = "home/vscode 1001:1001 755\nhome/vscode/.config 1001:1001 755\n\
                    home/vscode/.config/thon 1001:1001 755\nhome/vscode/.config/thon/key 1001:1001 600\n\
                    workspace 1001:1001 755\nworkspace/run.sh 1001:1001 755\nhi";
    assert_eq!(outside.sh(&spec.slug, stat).await, expected);

    // A directory that the person has closed stays closed when a file is put into it again.
    outside.sh(&spec.slug, "chmod 700 ~/.ssh").await;
    stage.launch(&spec).await;
    assert_eq!(outside.sh(&spec.slug, "stat -c %a ~/.ssh ~/.ssh/config").await, "700\n644\n");
}

#[tokio::test]
async fn docker_file_in_the_way_of_a_directory_leaves_nothing_half_made() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let mut spec = stage.person("ada");
    spec.files = vec![InjectedFile { path: "/workspace".to_owned(), content: Bytes::new(), mode: 0o644 }];
    assert!(stage.runtime.create(&spec).await.is_err(), "a directory cannot become a file");
    assert_eq!(outside.containers("thon.installation", &stage.installation).await, Vec::<String>::new());
    assert_eq!(outside.volumes("thon.user", &spec.user.to_string()).await.len(), 2, "the volumes stay");
}

#[tokio::test]
async fn docker_end_of_an_editor_is_seen_with_its_cause() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let ended = async |spec: &thon_core::port::runtime::SandboxSpec| {
        eventually(10, "the end", async || {
            match stage.runtime.inspect(spec.instance).await.expect("an answer")?.condition {
                Condition::Exited { code, out_of_memory } => Some((code, out_of_memory)),
                _ => None,
            }
        })
        .await
    };
    let killed = stage.person("killed");
    stage.launch(&killed).await;
    outside.sh(&killed.slug, "pkill -KILL -P 1").await;
    assert_eq!(ended(&killed).await, (137, false));

    let mut hungry = stage.person("hungry");
    hungry.limits.memory_bytes = 24 << 20;
    stage.runtime.create(&hungry).await.expect("created");
    // Docker hears of the end and of its cause from two sides; where the cause comes late, it forgets it.
    let mut causes = Vec::new();
    while causes.len() < 3 && causes.last() != Some(&(137, true)) {
        stage.runtime.start(hungry.instance).await.expect("started");
        causes.push(ended(&hungry).await);
    }
    assert_eq!(causes.last(), Some(&(137, true)), "{causes:?}");
}

#[tokio::test]
async fn docker_that_is_not_there_is_told() {
    let at = |host: &str| {
        Docker::new(DockerOptions { host: Some(host.to_owned()), ..DockerOptions::local(IMAGE, "nobody") })
    };
    let silent = at("/nowhere/docker.sock").check().await;
    assert!(matches!(silent, Err(RuntimeError::Unavailable { .. })), "{silent:?}");
    assert_eq!(rejection(at("ssh://somewhere").check().await), "docker-host");
}
