//! Disks without a single free block: nobody loses anything, who needs room is told so, and with room all goes on.

use std::{process::Command, time::Instant};

use serde_json::json;

use super::{read, small_disk::SmallDisk, write};
use crate::{
    app::Answer,
    docker::{Event, Server, docker},
};

/// More than fit into what the database has taken from its disk before.
const MANY: usize = 2_000;

async fn make_group(server: &Server<'_>, name: &str) -> Answer {
    server.operator().post("/api/groups").json(json!({ "name": name })).await
}

/// Makes groups until the database has no room for one more; adds those that were promised, and tells the refusal.
async fn until_refused(server: &Server<'_>, promised: &mut Vec<String>) -> Answer {
    while promised.len() < MANY {
        let name = format!("g{}", promised.len());
        let answer = make_group(server, &name).await;
        if answer.status != 201 {
            return answer;
        }
        promised.push(name);
    }
    panic!("there is room for everything");
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_full_disk_of_the_database_is_told_and_loses_nothing() {
    let disk = SmallDisk::new(32);
    let event = Event::at(disk.path(), "fulldb");
    let server = event.server().await;
    server.launch("p1").await;
    disk.fill();
    let mut promised = Vec::new();
    let refused = until_refused(&server, &mut promised).await.with_status(503);
    assert_eq!(refused.text("/detail"), "The disk of the database is full, so nothing can be written.");
    assert!(refused.text("/hint").contains("Free some space"), "{refused}");

    // Reading goes on, and so does work.
    assert_eq!(server.instance("p1").await["state"], "Running");
    server.healed_since(Instant::now()).await;
    // Nor does a start need room, though it finds some: what the last one kept beside its database.
    server.stop();
    let server = event.server().await;
    server.healed_since(Instant::now()).await;
    until_refused(&server, &mut promised).await.with_status(503);
    // What happens meanwhile cannot be written down, and is made good afterwards.
    docker(&["kill", &event.container_of("p1")]);
    make_group(&server, "later").await.with_status(503);

    disk.empty();
    let began = Instant::now();
    make_group(&server, "later").await.with_status(201);
    server.healed_since(began).await;
    assert_eq!(server.instance("p1").await["state"], "Running");
    let groups = server.operator().get("/api/groups").await.with_status(200).body;
    for name in promised {
        assert!(groups.contains(&format!("\"{name}\"")), "{name} was promised: {groups}");
    }
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_full_disk_of_the_workspaces_is_told_and_loses_nothing() {
    let disk = SmallDisk::new(32);
    let event = Event::new("fullwork").with("THON_WORKSPACE_DIR", disk.path());
    let server = event.server().await;
    server.launch("p1").await;
    let p1 = event.container_of("p1");
    write(&p1, "notes.txt", "hours of work");
    disk.fill();

    let more = Command::new("docker").args(["exec", &p1, "sh", "-c", "cat /etc/hostname > /workspace/more"]).output();
    let more = more.expect("docker runs");
    assert!(String::from_utf8_lossy(&more.stderr).contains("No space left on device"), "{more:?}");
    let failed = server.tried("p2").await;
    assert_eq!((&failed["state"], &failed["failure"]["code"]), (&json!("Failed"), &json!("no-space")), "{failed:#}");
    let reason = failed["failure"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("The disk is full"), "{reason}");
    server.healed_since(Instant::now()).await;

    // Whoever has a workspace gets into it all the same.
    server.done("p1", "recreate").await;
    assert_eq!(server.instance("p1").await["state"], "Running");
    assert_eq!(read(&p1, "notes.txt"), "hours of work");

    disk.empty();
    server.launch("p2").await;
    write(&p1, "more.txt", "more");
    server.healed_since(Instant::now()).await;
    server.stop();
}
