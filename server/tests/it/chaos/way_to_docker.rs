//! A way to Docker that a test can block: one THON sees an outage, and nobody else on this machine does.

use std::path::PathBuf;

use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
};

const DOCKER: &str = "/var/run/docker.sock";

const NAME: &str = "docker.sock";

/// What happens on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    Flows,
    /// Every connection breaks at once.
    Breaks,
    /// Nothing comes through, and nobody says so.
    Stands,
}

pub struct WayToDocker {
    folder: TempDir,
    traffic: watch::Sender<Traffic>,
    _carriers: JoinSet<()>,
}

impl WayToDocker {
    pub fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let listener = UnixListener::bind(folder.path().join(NAME)).expect("a socket");
        let (traffic, watched) = watch::channel(Traffic::Flows);
        let mut carriers = JoinSet::new();
        carriers.spawn(carry_all(listener, watched));
        Self { folder, traffic, _carriers: carriers }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(NAME)
    }

    pub fn turn(&self, traffic: Traffic) {
        self.traffic.send_replace(traffic);
    }
}

async fn carry_all(listener: UnixListener, traffic: watch::Receiver<Traffic>) {
    let mut carriers = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        carriers.spawn(carry(client, traffic.clone()));
        while carriers.try_join_next().is_some() {}
    }
}

/// Carries one connection for as long as the traffic flows.
async fn carry(mut client: UnixStream, mut traffic: watch::Receiver<Traffic>) {
    if *traffic.borrow() == Traffic::Flows {
        let Ok(mut docker) = UnixStream::connect(DOCKER).await else { return };
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut docker) => return,
            _ = traffic.wait_for(|now| *now != Traffic::Flows) => {}
        }
    }
    // A connection that stands is held until the way is open again; it has missed too much to go on.
    let _ = traffic.wait_for(|now| *now != Traffic::Stands).await;
}
