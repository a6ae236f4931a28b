//! Changes as they are told, also when the connection that tells them breaks.

use std::path::Path;

use futures::{StreamExt as _, stream::BoxStream};
use thon_core::port::runtime::{RuntimeEvent, SandboxRuntime};
use thon_domain::id::InstanceId;
use tokio::{
    io::copy_bidirectional,
    net::{UnixListener, UnixStream},
    task::JoinSet,
    time::{Duration, timeout},
};

use crate::{outside::Outside, stage::Stage};

/// A watch that is being read.
pub struct Watched(BoxStream<'static, RuntimeEvent>);

impl Watched {
    /// Begins to watch and waits until nothing from before is told any more.
    pub async fn begin(runtime: &dyn SandboxRuntime) -> Self {
        let mut watched = Self(runtime.watch());
        while timeout(Duration::from_millis(300), watched.0.next()).await.is_ok() {}
        watched
    }

    /// Waits for the next event.
    async fn next(&mut self, what: &str) -> RuntimeEvent {
        let next = timeout(Duration::from_secs(10), self.0.next()).await;
        next.unwrap_or_else(|_| panic!("not told: {what}")).expect("it never ends")
    }

    /// Waits until a change of this instance is told, for a second, and takes what was told with it.
    pub async fn told(&mut self, instance: InstanceId, what: &str) {
        let found = timeout(Duration::from_secs(1), async {
            while self.0.next().await.expect("it never ends") != RuntimeEvent::Changed(instance) {}
        });
        found.await.unwrap_or_else(|_| panic!("not told within a second: {what}"));
        while timeout(Duration::from_millis(200), self.0.next()).await.is_ok() {}
    }
}

#[tokio::test]
async fn docker_tells_what_others_do() {
    let (stage, outside) = (Stage::docker(), Outside::connect());
    let spec = stage.person("ada");
    stage.launch(&spec).await;
    let name = format!("thon-{}", spec.slug);
    let mut watched = Watched::begin(&*stage.runtime).await;
    outside.0.pause_container(&name).await.expect("paused");
    watched.told(spec.instance, "the pause").await;
    outside.0.unpause_container(&name).await.expect("unpaused");
    watched.told(spec.instance, "the end of the pause").await;
    outside.0.kill_container(&name, None).await.expect("killed");
    watched.told(spec.instance, "the kill").await;
}

#[tokio::test]
async fn docker_tells_nothing_of_others() {
    let (ours, theirs) = (Stage::docker(), Stage::docker());
    let mut watched = Watched::begin(&*ours.runtime).await;
    theirs.runtime.create(&theirs.person("ada")).await.expect("created");
    let own = ours.person("bob");
    ours.runtime.create(&own).await.expect("created");
    assert_eq!(watched.next("ours").await, RuntimeEvent::Changed(own.instance));
}

#[tokio::test]
async fn docker_tells_of_a_gap_and_goes_on() {
    let directory = tempfile::tempdir().expect("a directory");
    let socket = directory.path().join("docker.sock");
    let line = Line::open(&socket);
    let stage = Stage::docker_with(|options| options.host = Some(socket.display().to_string()));
    let spec = stage.person("ada");
    let mut watched = Watched::begin(&*stage.runtime).await;
    drop(line);
    assert_eq!(watched.next("the break").await, RuntimeEvent::Gap);
    tokio::time::sleep(Duration::from_millis(500)).await;
    std::fs::remove_file(&socket).expect("removed");
    let _line = Line::open(&socket);
    assert_eq!(watched.next("the connection").await, RuntimeEvent::Gap);
    stage.runtime.create(&spec).await.expect("created");
    watched.told(spec.instance, "the creation").await;
}

/// A line to the daemon that can be cut: dropping it breaks every connection.
struct Line(#[expect(dead_code, reason = "it works by being dropped")] JoinSet<()>);

impl Line {
    fn open(socket: &Path) -> Self {
        let listener = UnixListener::bind(socket).expect("a socket");
        let mut line = JoinSet::new();
        line.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut near, _) = listener.accept().await.expect("a connection");
                connections.spawn(async move {
                    let mut far = UnixStream::connect("/var/run/docker.sock").await.expect("Docker");
                    // Either end may go first.
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self(line)
    }
}
