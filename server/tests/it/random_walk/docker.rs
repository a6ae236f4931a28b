//! The same walk on real containers, with hands from outside that remove, stop and freeze them.

use std::process::Command;

use thon_adapters::runtime::docker::{Docker, DockerOptions};
use uuid::Uuid;

use super::*;

/// Two cores start and stop four editors in this time, even beside other tests.
const SETTLED: Duration = Duration::from_mins(1);

/// Everything that a walk made, gone when it ends.
struct CleanUp(String);

impl Drop for CleanUp {
    fn drop(&mut self) {
        let label = format!("label=thon.installation={}", self.0);
        for id in docker(&["ps", "--all", "--quiet", "--filter", &label]).lines() {
            docker(&["rm", "--force", id]);
        }
        for name in docker(&["volume", "ls", "--quiet", "--filter", &label]).lines() {
            docker(&["volume", "rm", name]);
        }
    }
}

fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().expect("docker");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// One random thing that somebody does at a shell.
fn meddle(installation: &str, dice: &mut StdRng) -> String {
    let label = format!("label=thon.installation={installation}");
    let containers = docker(&["ps", "--quiet", "--filter", &label]);
    let Some(id) = containers.lines().collect::<Vec<_>>().choose(dice).copied() else { return "nobody there".into() };
    let act: &[&str] = match dice.random_range(0..4) {
        0 => &["rm", "--force"],
        1 => &["kill"],
        2 => &["pause"],
        _ => &["stop", "--time", "0"],
    };
    docker(&[act, &[id]].concat());
    format!("docker {}", act.join(" "))
}

async fn walk_on_docker(seed: u64, steps: usize) {
    let installation = Uuid::from_u128(rand::random()).simple().to_string();
    let _clean_up = CleanUp(installation.clone());
    let options = DockerOptions::local("thon/sandbox-lite:latest", installation.clone());
    let runtime: Arc<dyn SandboxRuntime> = Arc::new(Docker::new(options));
    let group = format!("w{}", &installation[..8]);
    let mut ground = Ground::new(&group, 4, runtime).await;
    let mut dice = StdRng::seed_from_u64(seed);
    let mut log = Vec::new();
    for _ in 0..steps {
        log.push(match dice.random_range(0..10) {
            0 | 1 => meddle(&installation, &mut dice),
            2 => {
                ground.restart().await;
                "THON restarts".to_owned()
            }
            _ => ground.act(&mut dice).await,
        });
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..400))).await;
    }
    launch_failed(&ground).await;
    arrive(&ground).await;
    if let Err((findings, instances)) = ground.settles().await {
        panic!("seed {seed}: {findings:?}\n{instances:?}\n{}", log.join("\n"));
    }
    ground.nothing_is_lost().await;
    ground.reconciler.stop().await;
}

/// Waits until nobody is on the way; how long that takes is the machine's affair, agreeing afterwards is ours.
async fn arrive(ground: &Ground) {
    let deadline = tokio::time::Instant::now() + SETTLED;
    while ground.instances().await.iter().any(|instance| instance.state.is_on_the_way()) {
        assert!(tokio::time::Instant::now() < deadline, "still on the way: {:?}", ground.instances().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_fifty_random_operations_end_in_agreement() {
    walk_on_docker(seed_or(1), 50).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_docker_ten_walks_end_in_agreement() {
    for seed in 100..110 {
        walk_on_docker(seed, 50).await;
    }
}
