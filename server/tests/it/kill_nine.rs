//! `kill -9` of the server in the middle of launching: whatever it was doing, the next one finishes it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::docker::{Event, PEOPLE, docker};

#[tokio::test(flavor = "multi_thread")]
async fn docker_kill_nine_and_nothing_is_lost_or_double() {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").subsec_nanos();
    println!("seed {seed}"); // to see which moments they were when this fails
    let event = Event::new("killed");
    let mut server = event.server().await;
    server.launch_everybody().await;
    for moment in moments(seed) {
        tokio::time::sleep(moment).await;
        server.kill();
        server = event.server().await;
    }
    server.all_running().await;
    let containers = event.containers();
    assert_eq!(containers.len(), PEOPLE.len(), "every sandbox exactly once: {containers:?}");
    let told = docker(&["inspect", "--format", "{{json .Config.Env}}", &containers[0].id]);
    assert!(told.contains("\"PYTHON_VERSION=3.12\""), "{told}");
    assert_eq!(server.check().await, "database, Docker and routes agree\n");
    for (path, body) in server.editors().await {
        assert!(body.contains("alive") || body.contains("expired"), "{path}: {body}");
    }
    server.stop();
    assert_eq!(event.containers(), containers, "sandboxes go on without their server");
}

/// After how long the server is killed, each time from its being ready: while Docker makes the first containers, early, in
/// the middle, and anywhere.
fn moments(seed: u32) -> [Duration; 4] {
    let spread = |nth: u32, most: u32| Duration::from_millis(u64::from(seed.rotate_left(nth * 11) % most));
    [Duration::from_millis(300), spread(0, 400), spread(1, 2500), spread(2, 6000)]
}
