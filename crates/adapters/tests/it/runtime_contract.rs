//! What every runtime keeps, however it does it.

use std::time::Duration;

use futures::StreamExt as _;
use thon_core::port::runtime::{Condition, Enforcement, LogSince, RuntimeError};
use thon_domain::{
    id::InstanceId,
    route::EditorSecret,
    workspace::{Storage, VolumeKind},
};

use tokio::time::timeout;

use crate::{editor, stage::Stage};

const SOON: Duration = Duration::from_secs(20);

/// Runs each case on each runtime.
macro_rules! contract {
    ($($case:ident),+ $(,)?) => {
        mod simulated {
            $(#[tokio::test] async fn $case() { super::$case(&super::Stage::simulated()).await })+
        }
        mod docker {
            $(#[tokio::test] async fn $case() { super::$case(&super::Stage::docker()).await })+
        }
    };
}

contract!(
    says_what_it_is,
    says_what_it_enforces,
    a_created_sandbox_shows_what_it_was_made_from,
    a_started_editor_lets_in_who_knows_the_secret,
    starting_twice_is_starting_once,
    creating_again_replaces,
    removing_leaves_nothing_and_may_be_repeated,
    without_a_sandbox_there_is_nothing_to_start,
    a_taken_port_is_told,
    a_volume_of_somebody_else_is_refused,
    a_slug_has_one_sandbox,
    many_at_once_are_kept_apart,
    every_change_is_told_within_a_second,
    a_paused_sandbox_computes_nothing_and_goes_on,
    only_what_runs_can_be_paused,
    a_log_ends_with_the_last_lines,
    figures_are_those_of_a_running_sandbox,
    a_log_is_followed_until_the_sandbox_ends,
    what_runs_is_counted_and_the_rest_is_not,
    a_runtime_that_is_not_there_is_told,
    an_ephemeral_sandbox_leaves_no_volume,
    volumes_outlive_the_sandbox_and_go_only_when_asked,
);

async fn says_what_it_is(stage: &Stage) {
    let report = stage.runtime.check().await.expect("a report");
    assert!(!report.version.is_empty() && !report.image.is_empty(), "{report:?}");
}

async fn says_what_it_enforces(stage: &Stage) {
    let told = stage.runtime.capabilities().await.expect("an answer");
    assert!(told.runtimes.contains(&"runc".to_owned()) && told.places >= 1_000, "{told:?}");
    for enforcement in [told.network_rules, told.disk_quota] {
        if let Enforcement::NotEnforced { why, .. } = enforcement {
            assert!(why.len() > 20, "`{why}` does not say why");
        }
    }
}

async fn a_created_sandbox_shows_what_it_was_made_from(stage: &Stage) {
    let mut spec = stage.person("ada");
    spec.generation = 7;
    stage.runtime.create(&spec).await.expect("created");
    let sandbox = stage.runtime.inspect(spec.instance).await.expect("an answer").expect("a sandbox");
    assert_eq!((sandbox.instance, sandbox.generation), (spec.instance, 7));
    assert_eq!(sandbox.condition, Condition::Created);
    assert_eq!(sandbox.address.to_string(), format!("127.0.0.1:{}", spec.host_port));
    assert!(sandbox.secret == spec.secret, "the secret is read back");
    assert_eq!(stage.runtime.list().await.expect("a list"), [sandbox]);
}

async fn a_started_editor_lets_in_who_knows_the_secret(stage: &Stage) {
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let wrong = EditorSecret::new(format!("{}x", spec.secret.reveal()));
    assert!(editor::opens(spec.host_port, Some(&spec.secret)).await);
    assert!(!editor::opens(spec.host_port, Some(&wrong)).await, "a wrong secret opens it");
    assert!(!editor::opens(spec.host_port, None).await, "no secret opens it");
    let sandbox = stage.runtime.inspect(spec.instance).await.expect("an answer").expect("a sandbox");
    assert!(matches!(sandbox.condition, Condition::Running { .. }), "{sandbox:?}");
}

async fn starting_twice_is_starting_once(stage: &Stage) {
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let before = stage.runtime.list().await.expect("a list");
    stage.runtime.start(spec.instance).await.expect("fine");
    stage.runtime.resume(spec.instance).await.expect("fine, too");
    assert_eq!(stage.runtime.list().await.expect("a list"), before);
}

async fn creating_again_replaces(stage: &Stage) {
    let mut spec = stage.person("ada");
    stage.launch(&spec).await;
    spec.generation = 2;
    stage.launch(&spec).await;
    let sandboxes = stage.runtime.list().await.expect("a list");
    assert_eq!(sandboxes.iter().map(|sandbox| sandbox.generation).collect::<Vec<_>>(), [2]);
}

async fn removing_leaves_nothing_and_may_be_repeated(stage: &Stage) {
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let (one, other) = tokio::join!(stage.runtime.remove(spec.instance), stage.runtime.remove(spec.instance));
    one.and(other).expect("both fine");
    stage.runtime.remove(spec.instance).await.expect("gone is fine");
    assert_eq!(stage.runtime.list().await.expect("a list"), []);
    assert_eq!(editor::status(spec.host_port, "/healthz", None).await, None);
}

async fn without_a_sandbox_there_is_nothing_to_start(stage: &Stage) {
    let nobody = stage.person("nobody").instance;
    let missing = || Err(RuntimeError::NotFound(nobody));
    assert_eq!(stage.runtime.start(nobody).await, missing());
    assert_eq!(stage.runtime.resume(nobody).await, missing());
    assert_eq!(stage.runtime.inspect(nobody).await, Ok(None));
}

async fn a_taken_port_is_told(stage: &Stage) {
    let spec = stage.person("ada");
    let _taken = std::net::TcpListener::bind(("127.0.0.1", spec.host_port)).expect("the port");
    stage.runtime.create(&spec).await.expect("created");
    assert_eq!(crate::stage::rejection(stage.runtime.start(spec.instance).await), "port-taken");
    let sandbox = stage.runtime.inspect(spec.instance).await.expect("an answer").expect("a sandbox");
    assert_eq!(sandbox.condition, Condition::Created);
}

async fn a_volume_of_somebody_else_is_refused(stage: &Stage) {
    let ada = stage.person("ada");
    stage.runtime.create(&ada).await.expect("created");
    let mut eve = stage.person("eve");
    eve.workspace.home_volume.clone_from(&ada.workspace.home_volume);
    assert_eq!(crate::stage::rejection(stage.runtime.create(&eve).await), "volume-foreign");
    assert_eq!(stage.runtime.inspect(eve.instance).await, Ok(None));
    // Still hers, even when her sandbox has gone.
    stage.runtime.remove(ada.instance).await.expect("removed");
    assert_eq!(crate::stage::rejection(stage.runtime.create(&eve).await), "volume-foreign");
    stage.runtime.create(&ada).await.expect("created again");
}

async fn a_slug_has_one_sandbox(stage: &Stage) {
    let ada = stage.person("ada");
    stage.runtime.create(&ada).await.expect("created");
    let mut other = stage.person("other");
    other.slug = ada.slug.clone();
    assert_eq!(crate::stage::rejection(stage.runtime.create(&other).await), "name-taken");
    let left: Vec<InstanceId> = stage.runtime.list().await.expect("a list").iter().map(|one| one.instance).collect();
    assert_eq!(left, [ada.instance]);
}

async fn many_at_once_are_kept_apart(stage: &Stage) {
    let (ada, bob) = (stage.person("ada"), stage.person("bob"));
    tokio::join!(stage.launch(&ada), stage.launch(&bob));
    assert!(editor::opens(ada.host_port, Some(&ada.secret)).await);
    assert!(editor::opens(bob.host_port, Some(&bob.secret)).await);
    assert!(!editor::opens(bob.host_port, Some(&ada.secret)).await, "another's secret opens it");
    stage.runtime.remove(ada.instance).await.expect("removed");
    assert_eq!(editor::status(bob.host_port, "/healthz", None).await, Some(200));
}

async fn every_change_is_told_within_a_second(stage: &Stage) {
    let spec = stage.person("ada");
    let mut watched = crate::docker_events::Watched::begin(&*stage.runtime).await;
    stage.runtime.create(&spec).await.expect("created");
    watched.told(spec.instance, "its creation").await;
    stage.runtime.start(spec.instance).await.expect("started");
    watched.told(spec.instance, "its start").await;
    stage.runtime.remove(spec.instance).await.expect("removed");
    watched.told(spec.instance, "its end").await;
}

async fn a_paused_sandbox_computes_nothing_and_goes_on(stage: &Stage) {
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let mut watched = crate::docker_events::Watched::begin(&*stage.runtime).await;
    let condition = async || stage.runtime.inspect(spec.instance).await.expect("an answer").map(|one| one.condition);
    stage.runtime.pause(spec.instance).await.expect("paused");
    watched.told(spec.instance, "the pause").await;
    stage.runtime.pause(spec.instance).await.expect("pausing twice is fine");
    assert_eq!(condition().await, Some(Condition::Paused));
    assert_eq!(editor::status(spec.host_port, "/healthz", None).await, None);

    stage.runtime.resume(spec.instance).await.expect("resumed");
    watched.told(spec.instance, "the end of the pause").await;
    assert!(matches!(condition().await, Some(Condition::Running { .. })));
    assert!(editor::opens(spec.host_port, Some(&spec.secret)).await);

    stage.runtime.pause(spec.instance).await.expect("paused");
    stage.runtime.remove(spec.instance).await.expect("a frozen one can be removed");
    assert_eq!(condition().await, None);
}

async fn only_what_runs_can_be_paused(stage: &Stage) {
    let spec = stage.person("ada");
    assert_eq!(stage.runtime.pause(spec.instance).await, Err(RuntimeError::NotFound(spec.instance)));
    stage.runtime.create(&spec).await.expect("created");
    assert_eq!(crate::stage::rejection(stage.runtime.pause(spec.instance).await), "not-running");
}

async fn a_log_ends_with_the_last_lines(stage: &Stage) {
    let spec = stage.person("ada");
    assert_eq!(stage.runtime.logs(spec.instance, 10).await, Err(RuntimeError::NotFound(spec.instance)));
    stage.launch(&spec).await;
    let all = stage.runtime.logs(spec.instance, u32::MAX).await.expect("lines");
    assert!(all.iter().any(|line| line.text.contains("HTTP server listening on")), "{all:?}");
    assert!(all.is_sorted_by_key(|line| line.at) && all.iter().all(|line| !line.text.contains('\n')), "{all:?}");
    assert_eq!(stage.runtime.logs(spec.instance, 1).await.expect("a line"), all[all.len() - 1..]);
    assert_eq!(stage.runtime.logs(spec.instance, 0).await, Ok(vec![]));
}

async fn a_log_is_followed_until_the_sandbox_ends(stage: &Stage) {
    let spec = stage.person("ada");
    let refused = stage.runtime.follow_log(spec.instance, LogSince::Last(10)).await.map(drop);
    assert_eq!(refused, Err(RuntimeError::NotFound(spec.instance)));
    stage.launch(&spec).await;
    let all = stage.runtime.logs(spec.instance, u32::MAX).await.expect("lines");
    let last = all.last().expect("a line").at;
    let mut followed = stage.runtime.follow_log(spec.instance, LogSince::Last(u32::MAX)).await.expect("a stream");
    let nothing_new = stage.runtime.follow_log(spec.instance, LogSince::After(last)).await.expect("a stream");
    let told: Vec<_> = timeout(SOON, followed.by_ref().take(all.len()).collect()).await.expect("what was written");
    assert_eq!(told, all);
    let removed = async {
        // Both are on the line by then.
        tokio::time::sleep(Duration::from_millis(500)).await;
        stage.runtime.remove(spec.instance).await.expect("removed");
    };
    let ends = async { tokio::join!(followed.collect::<Vec<_>>(), nothing_new.collect::<Vec<_>>(), removed) };
    let (_, new, ()) = timeout(SOON, ends).await.expect("the streams end with the sandbox");
    // What an editor says while it ends is later.
    assert!(new.iter().all(|line| line.at > last), "{new:?}");
}

async fn what_runs_is_counted_and_the_rest_is_not(stage: &Stage) {
    let (ada, bob) = (stage.person("ada"), stage.person("bob"));
    stage.launch(&ada).await;
    stage.runtime.create(&bob).await.expect("created");
    let counted = async || stage.runtime.counters().await.expect("counters");
    let before = counted().await;
    assert_eq!(before.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [ada.instance]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (before, now) = (before[0].1, counted().await[0].1);
    let cpu = now.cpu_millis_since(&before).expect("time has passed");
    assert!(cpu <= 1500, "{before:?} {now:?}");
    assert!((10 << 20..ada.limits.memory_bytes).contains(&now.memory_bytes), "{now:?}");
    stage.runtime.pause(ada.instance).await.expect("paused");
    assert_eq!(counted().await, []);
}

async fn figures_are_those_of_a_running_sandbox(stage: &Stage) {
    let spec = stage.person("ada");
    stage.runtime.create(&spec).await.expect("created");
    assert_eq!(stage.runtime.stats(spec.instance).await, Err(RuntimeError::NotFound(spec.instance)));
    stage.launch(&spec).await;
    let stats = stage.runtime.stats(spec.instance).await.expect("figures");
    assert_eq!(stats.memory_limit_bytes, spec.limits.memory_bytes);
    assert!((10 << 20..spec.limits.memory_bytes).contains(&stats.memory_bytes), "{stats:?}");
    // A core's worth is the limit; a little more is how it is counted.
    assert!((0.0..spec.limits.cpus * 1.5).contains(&stats.cpu_cores) && stats.pids > 1, "{stats:?}");
}

async fn a_runtime_that_is_not_there_is_told(stage: &Stage) {
    let mut spec = stage.person("ada");
    spec.runtime = Some("nowhere".to_owned());
    assert_eq!(crate::stage::rejection(stage.runtime.create(&spec).await), "runtime-missing");
    assert_eq!(stage.runtime.inspect(spec.instance).await, Ok(None));
    spec.runtime = Some("runc".to_owned());
    stage.runtime.create(&spec).await.expect("what every Docker has");
}

async fn an_ephemeral_sandbox_leaves_no_volume(stage: &Stage) {
    let mut spec = stage.person("ada");
    spec.workspace.storage = Storage::Ephemeral;
    stage.launch(&spec).await;
    assert_eq!(stage.runtime.volumes().await, Ok(vec![]));
}

async fn volumes_outlive_the_sandbox_and_go_only_when_asked(stage: &Stage) {
    let (ada, eve) = (stage.person("ada"), stage.person("eve"));
    stage.runtime.create(&ada).await.expect("created");
    let name = ada.workspace.workspace_volume.as_str();
    let volumes = async || stage.runtime.volumes().await.expect("volumes");
    let seen = volumes().await;
    assert_eq!(seen.iter().map(|one| one.kind).collect::<Vec<_>>(), [VolumeKind::Home, VolumeKind::Workspace]);
    assert!(seen.iter().all(|one| one.user == Some(ada.user) && one.in_use && one.created_at.is_some()), "{seen:?}");
    assert_eq!(crate::stage::rejection(stage.runtime.remove_volume(name, Some(ada.user)).await), "volume-in-use");

    stage.runtime.remove(ada.instance).await.expect("removed");
    let seen = volumes().await;
    assert!(seen.len() == 2 && seen.iter().all(|one| !one.in_use), "{seen:?}");
    for other in [Some(eve.user), None] {
        assert_eq!(crate::stage::rejection(stage.runtime.remove_volume(name, other).await), "volume-foreign");
    }
    stage.runtime.remove_volume(name, Some(ada.user)).await.expect("deleted");
    stage.runtime.remove_volume(name, Some(ada.user)).await.expect("gone is fine");
    assert_eq!(volumes().await.iter().map(|one| one.kind).collect::<Vec<_>>(), [VolumeKind::Home]);
}

#[tokio::test]
async fn simulated_socket_gives_back_what_it_gets() {
    let stage = Stage::simulated();
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    assert_eq!(editor::upgraded(spec.host_port, &spec.secret, b"\x00\xffhello").await, b"\x00\xffhello");
}
