//! A runtime with an installation of its own, people for it, and a clean place afterwards.

use std::{collections::BTreeMap, net::TcpListener, sync::Arc, time::Duration};

use thon_adapters::runtime::{
    docker::{Docker, DockerOptions},
    simulated::{Simulated, SimulatedOptions},
};
use thon_core::{
    clock::{Ids, SystemClock, UuidV7},
    port::runtime::{Limits, RuntimeError, SandboxRuntime, SandboxSpec},
    task::Tasks,
};
use thon_domain::{
    id::{InstanceId, UserId, WorkspaceId},
    name::{GroupName, UserName},
    route::EditorSecret,
    slug::Slug,
    workspace::Workspace,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::outside::Outside;

/// The image of the tests; `script/image` builds it.
pub const IMAGE: &str = "thon/sandbox-lite:latest";

/// What the bridges of all tests are called that ask for no others.
const USUAL_BRIDGES: &str = "thon";

/// One runtime under test. What was made on it goes when the test ends, however it ends.
pub struct Stage {
    pub runtime: Arc<dyn SandboxRuntime>,
    /// Random, so that tests at the same time never meet.
    pub installation: String,
    _clean_up: CleanUp,
}

enum CleanUp {
    Simulated(#[expect(dead_code, reason = "it works by being dropped")] DropGuard),
    Docker(DockerOptions),
}

impl Stage {
    pub fn simulated() -> Self {
        let tasks = Tasks::default();
        let runtime = Simulated::new(SimulatedOptions {
            start_delay: Duration::from_millis(50),
            clock: Arc::new(SystemClock),
            faults: Arc::default(),
            tasks: tasks.clone(),
            closing: CancellationToken::new(),
        });
        let clean_up = CleanUp::Simulated(tasks.stopping().clone().drop_guard());
        Self { runtime: Arc::new(runtime), installation: random(), _clean_up: clean_up }
    }

    pub fn docker() -> Self {
        Self::docker_with(|_| {})
    }

    pub fn docker_with(change: impl FnOnce(&mut DockerOptions)) -> Self {
        let installation = random();
        let mut options = DockerOptions::local(IMAGE, &installation);
        change(&mut options);
        let runtime = Arc::new(Docker::new(options.clone()));
        Self { runtime, installation, _clean_up: CleanUp::Docker(options) }
    }

    /// What a new person's sandbox is made from.
    pub fn person(&self, name: &str) -> SandboxSpec {
        let slug = Slug::new(&format!("t{}-{name}", self.installation)).expect("a slug");
        let user = UserId::new(UuidV7.next());
        SandboxSpec {
            instance: InstanceId::new(UuidV7.next()),
            user,
            group_name: GroupName::new(&self.installation).expect("a name"),
            user_name: UserName::new(name).expect("a name"),
            generation: 1,
            host_port: free_port(),
            secret: EditorSecret::new(format!("$argon2id$v=19$m=65536,t=3,p=4${}${}", random(), random())),
            workspace: Workspace::of(WorkspaceId::new(UuidV7.next()), user, &slug),
            slug,
            rescue: false,
            group_volume: None,
            image: None,
            runtime: None,
            limits: Limits { memory_bytes: 512 << 20, ..Limits::default() },
            env: BTreeMap::new(),
            files: Vec::new(),
        }
    }

    /// Makes and starts a sandbox, and waits until its editor answers.
    pub async fn launch(&self, spec: &SandboxSpec) {
        self.runtime.create(spec).await.expect("created");
        self.runtime.start(spec.instance).await.expect("started");
        crate::editor::healthy(spec.host_port).await;
    }
}

impl Drop for CleanUp {
    fn drop(&mut self) {
        let Self::Docker(options) = self else { return };
        let options = options.clone();
        // A thread of its own: the test's runtime may be unwinding.
        let clean = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                Outside::connect().clean(&options.installation).await;
                // The rules of the usual bridges are everybody's.
                if options.network_prefix != USUAL_BRIDGES {
                    Docker::new(options).clear_network_rules().await;
                }
            });
        });
        assert!(clean.join().is_ok() || std::thread::panicking(), "containers or volumes of the test are left");
    }
}

/// The code of a rejection.
#[track_caller]
pub fn rejection<T: std::fmt::Debug>(result: Result<T, RuntimeError>) -> &'static str {
    match result {
        Err(RuntimeError::Rejected { code, reason }) => {
            assert!(reason.len() > 20, "`{reason}` does not say what to do");
            code
        }
        other => panic!("not rejected: {other:?}"),
    }
}

/// Tries until something holds, for at most so many seconds.
pub async fn eventually<T>(seconds: u64, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            match look().await {
                Some(found) => return found,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    let limit = Duration::from_secs(seconds);
    tokio::time::timeout(limit, looking).await.unwrap_or_else(|_| panic!("not within {seconds} s: {what}"))
}

/// Eight hexadecimal digits from the random end of a version 7 UUID.
pub fn random() -> String {
    UuidV7.next().simple().to_string()[24..].to_owned()
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
