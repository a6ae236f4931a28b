//! `/api/system`: what THON says of itself.

use std::{os::unix::fs::symlink, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::app::TestApp;

/// Waits until a task is as it should be.
async fn task(app: &TestApp, name: &str, what: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let listed = app.operator().get("/api/system/tasks").await.with_status(200).json();
            let tasks = listed["tasks"].as_array().expect("tasks").clone();
            let task = tasks.into_iter().find(|task| task["name"] == name).expect("a task of this name");
            if what(&task) {
                return task;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), looking).await.unwrap_or_else(|_| panic!("{name} is not as it should be"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_task_tells_how_it_goes() {
    let app = TestApp::new().await;
    let listed = app.organizer().await.get("/api/system/tasks").await.with_status(200).json();
    let tasks = listed["tasks"].as_array().expect("tasks");
    let names: Vec<&str> = tasks.iter().filter_map(|task| task["name"].as_str()).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    reconcile_instances
    expire_instances
    keep_presence
    keep_visits
    remove_volumes
    read_sandboxes
    measure_capacity
    renew_certificates
    warm_editors
    sweep_jobs
    sweep_sessions
    keep_audit
    ");
    let looked = task(&app, "reconcile_instances", |task| task["runs"].as_u64() > Some(0)).await;
    assert_eq!((&looked["outcome"], &looked["error"], &looked["failures"]), (&"good".into(), &Value::Null, &0.into()));
    assert!(looked["next_at"].is_string() && looked["started_at"].is_string(), "{looked:#}");
    app.participant("alpha/alice").await.get("/api/system/tasks").await.with_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_outage_is_told_with_the_task_until_docker_is_back() {
    let folder = TempDir::new().expect("a folder");
    let socket = folder.path().join("docker.sock");
    let app = TestApp::on_docker_at(&socket).await;
    let failed = task(&app, "reconcile_instances", |task| task["outcome"] == "failed").await;
    assert_eq!(failed["error"], "The sandbox runtime does not answer.");
    symlink("/var/run/docker.sock", &socket).expect("Docker is back");
    let back = task(&app, "reconcile_instances", |task| task["outcome"] == "good").await;
    assert!(back["failures"].as_u64() > Some(0) && back["error"].is_null(), "{back:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_told_before_and_with_the_launch() {
    let app = TestApp::new().await;
    let client = app.operator();
    app.running("alpha/alice").await;
    let told = client.get("/api/system/capacity").await.with_status(200).json();
    assert_eq!((&told["users"], &told["running"], &told["warning"]), (&3.into(), &1.into(), &Value::Null), "{told:#}");
    assert_eq!((&told["usual"]["basis"], &told["usual"]["measured"]), (&"documented".into(), &1.into()));
    let many = client.get("/api/system/capacity?users=100000").await.with_status(200).json();
    assert!(many["warning"].as_str().is_some_and(|text| text.starts_with("1 run, 100000 would: fits ")), "{many:#}");
    assert_eq!(many["oversubscribed"], true);

    let huge = "groups:\n  huge:\n    sandbox: {memory: 1000GiB}\n    users: [gus, gwen]\n";
    client.post("/api/groups/import").yaml(huge).await.with_status(200);
    let gus = app.user("huge/gus").await;
    let launched = client.post("/api/instances/bulk/launch").json(json!({"user_ids": [gus]})).await.with_status(200);
    let warning = launched.text("/warning");
    assert!(warning.starts_with("1 run, 2 would: fits 0 of 2 at 501 GiB; oversubscribed after "), "{warning}");
    let rest = client.post("/api/instances/launch-missing").json(json!({"group": "huge"})).await.with_status(202);
    assert!(rest.text("/warning").starts_with("2 run, 3 would: "), "{rest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn capacity_is_asked_with_care() {
    let app = TestApp::new().await;
    let client = app.organizer().await;
    for query in ["users=0", "users=x", "users=3&group=alpha"] {
        client.get(&format!("/api/system/capacity?{query}")).await.with_status(422);
    }
    client.get("/api/system/capacity?group=nobody").await.with_status(404);
    app.participant("alpha/alice").await.get("/api/system/capacity").await.with_status(403);
}
