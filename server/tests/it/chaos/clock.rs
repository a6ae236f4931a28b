//! The time of day jumps: nobody's work ends before its time, and nobody's work ends never.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::docker::{Event, Server};

/// THON looks at the ends of instances every ten seconds.
const NOTICED_WITHIN: Duration = Duration::from_secs(15);

/// The hands of the clock of one THON.
struct Hands {
    file: PathBuf,
}

impl Hands {
    fn at(folder: &Path) -> Self {
        Self { file: folder.join("clock") }
    }

    /// Moves them. The file is never half-written: the clock would stand right for a moment.
    fn off_by(&self, time: TimeDelta) {
        let new = self.file.with_extension("new");
        fs::write(&new, time.num_seconds().to_string()).expect("a file");
        fs::rename(new, &self.file).expect("it takes the place");
    }
}

async fn end(server: &Server<'_>, person: &str) -> DateTime<Utc> {
    let instance = server.instance(person).await;
    assert_eq!(instance["state"], "Running", "{instance:#}");
    instance["expires_at"].as_str().expect("an end").parse().expect("a time")
}

/// Waits until somebody's end has moved to this moment; it runs all the time.
async fn ends_at(server: &Server<'_>, person: &str, wanted: DateTime<Utc>) {
    let began = Instant::now();
    while (end(server, person).await - wanted).abs() > TimeDelta::seconds(2) {
        assert!(began.elapsed() < NOTICED_WITHIN, "it ends at {}, not at {wanted}", end(server, person).await);
        sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_a_clock_that_jumps_an_hour_ends_nobodys_work() {
    let folder = TempDir::new().expect("a folder");
    let hands = Hands::at(folder.path());
    let event = Event::new("clock").with("THON_FAULT_CLOCK", &hands.file);
    let server = event.server().await;
    server.launch("p1").await;
    let renew = format!("/api/instances/{}/renew", server.instance("p1").await["id"].as_str().expect("an id"));
    server.operator().post(&renew).json(json!({ "timeout_minutes": 30 })).await.with_status(200);
    let (first, containers) = (end(&server, "p1").await, event.containers());

    hands.off_by(TimeDelta::hours(1));
    ends_at(&server, "p1", first + TimeDelta::hours(1)).await;
    server.healed_since(Instant::now()).await;
    // Work goes on in the new time: a start, its tries and its waits.
    server.launch("p2").await;
    server.done("p2", "pause").await;

    hands.off_by(TimeDelta::zero());
    ends_at(&server, "p1", first).await;
    server.done("p2", "resume").await;
    server.healed_since(Instant::now()).await;
    assert_eq!(event.containers()[..1], containers, "it has run all the time");
    server.stop();
}
