//! The doors for sandboxes: one on each of their bridges, which come and go, and nowhere else.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body};
use thon_core::port::runtime::SandboxRuntime;
use thon_edge::door::{Opening, Reception, RequestBody, Speaks};
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::work::Work;

/// How often it is looked for new bridges, and how soon a port is tried again that somebody has: a server that gives way still has it.
const LOOKS_EVERY: Duration = Duration::from_secs(3);

/// Answers sandboxes on every bridge that there is, as long as the server takes connections.
pub(super) fn follow(runtime: Arc<dyn SandboxRuntime>, router: Router, reception: Reception, work: &Work) {
    let opening = Opening {
        leaving: work.leaving.clone(),
        stop: work.service.stopping().clone(),
        connections: work.service.tracker().clone(),
    };
    let leaving = work.leaving.clone();
    let mut doors = Doors { router, reception, opening, open: BTreeMap::new(), refused: BTreeSet::new() };
    work.service.start(|stop| async move {
        let looks = async {
            loop {
                // Without Docker there are no sandboxes that could ask.
                if let Ok(wanted) = runtime.inward_addresses().await {
                    doors.keep(wanted.into_iter().collect()).await;
                }
                sleep(LOOKS_EVERY).await;
            }
        };
        tokio::select! {
            () = looks => {}
            () = stop.cancelled() => {}
            () = leaving.cancelled() => {}
        }
    });
}

struct Doors {
    router: Router,
    reception: Reception,
    opening: Opening,
    open: BTreeMap<SocketAddr, CancellationToken>,
    /// What could not be opened, and was told.
    refused: BTreeSet<SocketAddr>,
}

impl Doors {
    /// Opens what is wanted and closes all else.
    async fn keep(&mut self, wanted: BTreeSet<SocketAddr>) {
        self.open.retain(|address, stop| {
            let stays = wanted.contains(address);
            if !stays {
                stop.cancel();
            }
            stays
        });
        self.refused.retain(|address| wanted.contains(address));
        for address in wanted {
            if self.open.contains_key(&address) {
                continue;
            }
            match TcpListener::bind(address).await {
                Ok(listener) => {
                    self.refused.remove(&address);
                    let stop = self.opened(listener);
                    self.open.insert(address, stop);
                }
                Err(error) if self.refused.insert(address) => {
                    tracing::warn!(%address, %error, "sandboxes do not reach THON; `sandbox.listener_port` names another port");
                }
                Err(_) => {}
            }
        }
    }

    fn opened(&self, listener: TcpListener) -> CancellationToken {
        let stop = self.opening.stop.child_token();
        let opening = Opening { stop: stop.clone(), ..self.opening.clone() };
        let (reception, router) = (self.reception.clone(), self.router.clone());
        let service = router.map_request(|request: http::Request<RequestBody>| request.map(Body::new));
        self.opening.connections.spawn(async move { reception.serve(listener, Speaks::Http, service, opening).await });
        stop
    }
}
