//! Docker does not answer: what is stored stays as it is, pages come as quickly as ever, and afterwards all agree.
//!
//! Restarts of the daemon itself are in `end2end/tests/daemon-restart.spec.ts`, with people who look on.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::way_to_docker::{Traffic, WayToDocker};
use crate::docker::{Event, Server};

/// Longer than the period in which everything is looked at by itself.
const OUTAGE: Duration = Duration::from_secs(7);

/// Nothing on the way of a request waits for Docker.
const AT_ONCE: Duration = Duration::from_secs(1);

async fn listed(server: &Server<'_>, target: &str) -> Value {
    let asked = Instant::now();
    let listed = server.operator().get(target).await.with_status(200).json();
    assert!(asked.elapsed() < AT_ONCE, "{target} took {:?}", asked.elapsed());
    listed
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_an_outage_changes_nothing_that_is_listed() {
    let way = WayToDocker::open();
    let event = Event::new("outage").with("DOCKER_HOST", way.socket());
    let server = event.server().await;
    server.launch("p1").await;
    server.launch("p2").await;
    server.done("p2", "pause").await;
    let (before, containers) = (listed(&server, "/api/instances").await, event.containers());

    for traffic in [Traffic::Breaks, Traffic::Stands] {
        way.turn(traffic);
        let began = Instant::now();
        while began.elapsed() < OUTAGE {
            assert_eq!(listed(&server, "/api/instances").await, before, "{traffic:?}");
            let running = listed(&server, "/api/instances?state=Running").await;
            assert_eq!(running["instances"][0], before["instances"][0], "{traffic:?}");
            sleep(Duration::from_millis(250)).await;
        }
        if traffic == Traffic::Breaks {
            server.operator().get("/api/system/check").await.with_status(503);
            server.operator().get("/readyz").await.with_status(503);
        }
        let over = Instant::now();
        way.turn(Traffic::Flows);
        server.healed_since(over).await;
        assert_eq!(listed(&server, "/api/instances").await, before, "{traffic:?}");
        assert_eq!(event.containers(), containers, "{traffic:?}");
    }
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_what_is_asked_during_an_outage_happens_after_it() {
    let way = WayToDocker::open();
    let event = Event::new("meanwhile").with("DOCKER_HOST", way.socket());
    let server = event.server().await;
    server.launch("p1").await;
    server.launch("p2").await;
    way.turn(Traffic::Breaks);
    for (person, operation) in [("p1", "pause"), ("p2", "terminate")] {
        server.asked(person, operation).await;
    }
    let body = json!({ "group": event.group, "username": "p3" });
    server.operator().post("/api/instances").json(body).await.with_status(201);
    sleep(Duration::from_secs(2)).await;
    for (person, state) in [("p1", "Pausing"), ("p2", "Stopping"), ("p3", "Pending")] {
        assert_eq!(server.instance(person).await["state"], state, "{person}");
    }
    let over = Instant::now();
    way.turn(Traffic::Flows);
    server.healed_since(over).await;
    for (person, state) in [("p1", "Paused"), ("p2", "Terminated"), ("p3", "Running")] {
        assert_eq!(server.instance(person).await["state"], state, "{person}");
    }
    server.stop();
}
