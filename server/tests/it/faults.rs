//! The server dies at each named point of a launch and of an end: the next one finishes it, with nothing lost or double.

use std::{
    fs,
    os::unix::{fs::MetadataExt as _, process::ExitStatusExt as _},
    str::FromStr as _,
    time::{Duration, Instant},
};

use serde_json::json;
use thon_core::fault::Point;

use crate::docker::{Event, docker};

/// How long the next server gets to put everything right.
const HEALED_WITHIN: Duration = Duration::from_secs(10);

/// SIGABRT, by which a fault point ends the process.
const ABORTED: i32 = 6;

async fn launch_dies_at(point: &str) {
    Point::from_str(point).expect("a fault point");
    let event = Event::new("fault");
    let dying = event.server_that_dies_at(point).await;
    let body = json!({ "group": event.group, "username": "p1" }).to_string();
    dying.asked_in_vain("POST", "/api/instances", &body).await;
    assert_eq!(dying.ended().signal(), Some(ABORTED), "{point} was passed");
    let volumes = event.volumes();

    let server = event.server().await;
    let begun = Instant::now();
    server.all_running().await;
    server.healed(&event).await;
    assert!(begun.elapsed() < HEALED_WITHIN, "{point}: {:?}", begun.elapsed());
    assert_eq!(event.containers().len(), 1, "{point}: exactly one container");
    let now = event.volumes();
    assert!(volumes.iter().all(|volume| now.contains(volume)), "{point}: {volumes:?} became {now:?}");
    server.stop();
}

#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn docker_a_launch_survives(
    #[values(
        "intent-committed",
        "volumes-wanted",
        "volumes-made",
        "container-made",
        "files-put",
        "container-named",
        "container-started",
        "editor-answered"
    )]
    point: &str,
) {
    launch_dies_at(point).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_an_end_survives() {
    let event = Event::new("faultend");
    let server = event.server().await;
    server.launch("p1").await;
    let listed = server.operator().get("/api/instances").await.json();
    let id = listed["instances"][0]["id"].as_str().expect("an id").to_owned();
    let volumes = event.volumes();
    server.stop();

    let dying = event.server_that_dies_at("sandbox-removed").await;
    dying.asked_in_vain("DELETE", &format!("/api/instances/{id}"), "").await;
    assert_eq!(dying.ended().signal(), Some(ABORTED));
    let server = event.server().await;
    server.healed(&event).await;
    let ended = server.operator().get(&format!("/api/instances/{id}?wait=10")).await;
    assert_eq!(ended.text("/state"), "Terminated");
    assert!(event.containers().is_empty());
    assert_eq!(event.volumes(), volumes, "the files stay");
    server.stop();
}

impl Event {
    /// The volumes of this event, each with its directory's inode: one that was made anew has another. Docker's
    /// `CreatedAt` would not do, which is when the directory was last written to.
    fn volumes(&self) -> Vec<(String, u64)> {
        let named = docker(&["volume", "ls", "--quiet", "--filter", &format!("name=-{}-", self.group)]);
        let inode = |name: &str| {
            let place = docker(&["volume", "inspect", "--format", "{{.Mountpoint}}", name]);
            (name.to_owned(), fs::metadata(place.trim()).expect("a directory").ino())
        };
        let mut volumes: Vec<_> = named.lines().map(inode).collect();
        volumes.sort();
        volumes
    }
}
