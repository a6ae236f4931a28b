//! `thon check` against what people do to containers behind THON's back.

use std::time::{Duration, Instant};

use crate::docker::{Event, docker};

#[tokio::test(flavor = "multi_thread")]
async fn docker_check_tells_what_was_meddled_with_until_it_is_mended() {
    let event = Event::new("meddled");
    let mut server = event.server().await;
    server.launch("p1").await;
    assert_eq!(server.check().await, "database, Docker and routes agree\n");
    let first = event.containers();

    // A sandbox of ours that the database does not know: it is removed, and told of as long as it stands.
    event.stranger();
    server.healed(&event).await;
    assert_eq!(event.containers(), first, "only the stranger is gone");

    // What has our labels and no port is no sandbox: it is left alone and named, with what takes it away.
    let broken = event.broken();
    let told = server.check().await;
    let command = format!("docker rm --force {broken}");
    assert!(told.starts_with(&format!("container-broken {broken}: ")) && told.contains(&command), "{told}");
    assert!(told.contains("lacks a published port"), "{told}");
    docker(&["rm", "--force", &broken]);
    server.healed(&event).await;

    // While nobody looks, the sandbox is removed; the next server makes it again, under the same port.
    server.kill();
    docker(&["rm", "--force", &first[0].id]);
    server = event.server().await;
    server.all_running().await;
    server.healed(&event).await;
    let second = event.containers();
    assert_eq!((second.len(), &second[0].ports), (1, &first[0].ports));
    assert_ne!(second[0].id, first[0].id);

    // Stopped under the server's eyes.
    let began = Instant::now();
    docker(&["kill", &second[0].id]);
    let told = server.check().await;
    server.healed(&event).await;
    assert_eq!(event.containers().len(), 1, "after {told:?}");
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    server.stop();
}
