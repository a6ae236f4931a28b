//! REST while the sandbox runtime is away, and when a sandbox has gone behind THON's back.

use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::{
    app::TestApp,
    docker::{Event, docker},
};

#[tokio::test(flavor = "multi_thread")]
async fn docker_away_is_told_where_it_is_needed_and_changes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let app = TestApp::on_docker_at(&folder.path().join("docker.sock")).await;
    let client = app.operator();
    let launched = app.launched("alpha/alice", "").await;
    let one = format!("/api/instances/{}", launched.text("/id"));
    let before = client.get("/api/instances").await.with_status(200).json();
    assert_eq!((&before["total"], &before["instances"][0]["state"]), (&1.into(), &"Pending".into()), "{before:#}");
    insta::assert_snapshot!(client.get(&format!("{one}/logs")).await, @r#"
    503
    {
      "code": "unavailable",
      "detail": "The sandbox runtime does not answer.",
      "hint": "Try again in a moment; `thon check` tells what is missing.",
      "request_id": "[request id]",
      "status": 503,
      "title": "Not available now",
      "type": "about:blank"
    }
    "#);
    for path in [&format!("{one}/stats"), "/api/system/check", "/api/system/cleanup", "/api/system/capacity", "/readyz"]
    {
        let answer = client.get(path).await.with_status(503);
        assert!(!answer.body.contains("docker.sock"), "{path} tells what is internal: {}", answer.body);
    }
    // The reconciler has looked meanwhile, and comes back when the outage is over.
    sleep(Duration::from_secs(2)).await;
    assert_eq!(client.get("/api/instances").await.with_status(200).json(), before, "an outage changes nothing");
    assert_eq!(client.get(&one).await.with_status(200).json(), before["instances"][0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_sandbox_that_vanished_is_told_and_comes_back() {
    let event = Event::new("vanished");
    let server = event.server().await;
    server.launch("p1").await;
    let client = server.operator();
    let before = client.get("/api/instances").await.with_status(200);
    let one = format!("/api/instances/{}", before.text("/instances/0/id"));
    let lost = event.containers();
    docker(&["rm", "--force", &lost[0].id]);
    let back = async {
        loop {
            let told = client.get(&one).await.with_status(200);
            let containers = event.containers();
            if told.text("/state") == "Running" && containers.first().is_some_and(|now| now.id != lost[0].id) {
                return told;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let told = timeout(Duration::from_mins(1), back).await.expect("it comes back");
    for same in ["/id", "/port", "/url", "/slug"] {
        assert_eq!(told.text(same), before.text(&format!("/instances/0{same}")), "{same}");
    }

    // What is frozen is not started by itself: it has ended, and says why.
    client.post(&format!("{one}/pause?wait=30")).await.with_status(200);
    docker(&["rm", "--force", &event.containers()[0].id]);
    let ended = async {
        loop {
            let told = client.get(&one).await.with_status(200);
            if told.text("/state") == "Terminated" {
                return told;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let told = timeout(Duration::from_mins(1), ended).await.expect("it has ended");
    let code = told.text("/failure/code");
    // Whether the end or the absence is seen first is a matter of moments.
    assert!(["sandbox-vanished", "sandbox-ended"].contains(&code.as_str()), "{code}");
    client.get(&format!("{one}/logs")).await.with_status(404);
    client.get(&format!("{one}/stats")).await.with_status(404);
    assert_eq!(client.get("/api/instances?state=Terminated").await.text("/total"), "1");
    server.stop();
}
