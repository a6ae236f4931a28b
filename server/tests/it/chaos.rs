//! What an event meets on a bad day, by name, on the real program and real Docker: whatever it is, `thon check` is soon
//! content again and nobody's files are lost.

mod clock;
mod full_disk;
mod outage;
mod small_disk;
mod strangers;
mod way_to_docker;

use std::time::Instant;

use futures::future::join_all;
use serde_json::json;

use crate::docker::{Event, IMAGE, docker};

/// Writes a file into somebody's workspace, as they would.
fn write(container: &str, name: &str, text: &str) {
    docker(&["exec", container, "sh", "-c", &format!("printf '%s' '{text}' > /workspace/{name}")]);
}

fn read(container: &str, name: &str) -> String {
    docker(&["exec", container, "cat", &format!("/workspace/{name}")])
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_container_removed_by_hand_is_replaced_and_the_files_are_there() {
    let event = Event::new("removed");
    let server = event.server().await;
    server.launch("p1").await;
    let (name, before) = (event.container_of("p1"), event.containers());
    write(&name, "notes.txt", "hours of work");

    docker(&["rm", "--force", &name]);
    let began = Instant::now();
    server.healed_since(began).await;
    let now = event.containers();
    assert_eq!((now.len(), &now[0].ports), (1, &before[0].ports), "the same address");
    assert_ne!(now[0].id, before[0].id);
    assert_eq!(read(&name, "notes.txt"), "hours of work");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_two_launches_of_one_user_at_once_make_one_sandbox() {
    let event = Event::new("twice");
    let server = event.server().await;
    let body = json!({ "group": event.group, "username": "p1" });
    let asked = (0..6).map(|_| server.operator().post("/api/instances").json(body.clone()).into_future());
    let mut statuses: Vec<_> = join_all(asked).await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    let began = Instant::now();
    server.healed_since(began).await;
    assert_eq!(server.instance("p1").await["state"], "Running");
    assert_eq!(event.containers().len(), 1);
    server.stop();
}

/// A name of the image that only one test uses.
struct Tag(String);

impl Tag {
    fn new() -> Self {
        Self(format!("thon/chaos-{}:latest", std::process::id()))
    }

    fn put(&self) {
        docker(&["tag", IMAGE, &self.0]);
    }

    fn take(&self) {
        docker(&["rmi", &self.0]);
    }
}

impl Drop for Tag {
    fn drop(&mut self) {
        if !docker(&["images", "--quiet", &self.0]).is_empty() {
            self.take();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_missing_image_is_told_and_ends_nobodys_work() {
    let image = Tag::new();
    image.put();
    let event = Event::new("imageless").with("SANDBOX_IMAGE", &image.0);
    let server = event.server().await;
    server.launch("p1").await;
    let before = event.containers();

    image.take();
    let failed = server.tried("p2").await;
    assert_eq!((&failed["state"], &failed["failure"]["code"]), (&json!("Failed"), &json!("image-missing")));
    let reason = failed["failure"]["reason"].as_str().expect("a reason");
    assert!(reason.contains(&image.0) && reason.contains("script/image"), "{reason}");
    server.operator().get("/readyz").await.with_status(503);
    server.healed_since(Instant::now()).await;
    assert_eq!(event.containers(), before, "who works goes on, and of the other nothing is left");

    image.put();
    server.launch("p2").await;
    server.healed_since(Instant::now()).await;
    server.operator().get("/readyz").await.with_status(200);
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_an_editor_that_crashes_comes_back_with_the_files() {
    let event = Event::new("crashed");
    let server = event.server().await;
    server.launch("p1").await;
    let (name, before) = (event.container_of("p1"), event.containers());
    write(&name, "notes.txt", "hours of work");

    docker(&["kill", &name]);
    let began = Instant::now();
    server.healed_since(began).await;
    server.all_running().await;
    let now = event.containers();
    assert_eq!((now.len(), &now[0].ports), (1, &before[0].ports), "the same address");
    assert_eq!(read(&name, "notes.txt"), "hours of work");
    let id = server.instance("p1").await["id"].as_str().expect("an id").to_owned();
    let log = server.operator().get(&format!("/api/instances/{id}/logs")).await.with_status(200);
    assert!(log.body.contains("HTTP server listening on"), "{log}");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_group_has_an_image_and_limits_of_its_own() {
    let image = Tag::new();
    image.put();
    let event = Event::new("own");
    let server = event.server().await;
    let client = server.operator();
    let groups = client.get("/api/groups").await.with_status(200);
    let group = format!("/api/groups/{}", groups.text("/0/id"));
    let wish = json!({ "sandbox": { "image": image.0, "memory_bytes": 384_u64 << 20, "pids": 200 } });
    client.ask(http::Method::PATCH, &group).json(wish).await.with_status(200);
    server.launch("p1").await;
    let told = docker(&[
        "inspect",
        "--format",
        "{{.Config.Image}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}",
        &event.container_of("p1"),
    ]);
    assert_eq!(told.trim(), format!("{} {} 200", image.0, 384 << 20));
    server.done("p1", "terminate").await;
    server.stop();
}
