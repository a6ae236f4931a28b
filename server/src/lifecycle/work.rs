//! Everything that runs in a server, by when it ends.
//!
//! A server that stops ends all at once. One that gives way to a successor ends it in this order, so that there is always
//! somebody who answers and never two who act.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use thon_core::task::Tasks;
use tokio::time::{sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long steps that are under way get to end before they are left to the successor, half-done as after a crash.
const STEPS: Duration = Duration::from_secs(20);

/// How long a connection that was taken just now gets to say what it wants.
const FIRST_WORDS: Duration = Duration::from_millis(300);

/// How long requests that are under way get to be answered.
const REQUESTS: Duration = Duration::from_secs(5);

/// Everything that runs in a server.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// What acts by itself. It ends first, while requests are still answered.
    pub tasks: Tasks,
    /// Fires when no connection is taken any more and those who listen for news shall look elsewhere.
    pub leaving: CancellationToken,
    /// What listens and answers.
    pub service: Tasks,
    /// The requests under way that need the database.
    requests: TaskTracker,
    /// Fires when everything is the successor's.
    pub gone: CancellationToken,
    /// What is open to sandboxes. It may outlive all the rest.
    pub tunnels: Tasks,
}

impl Work {
    /// Ends everything; comes back when nothing goes on.
    pub async fn stop(&self) {
        self.leaving.cancel();
        tokio::join!(self.tasks.stop(), self.service.stop(), self.tunnels.stop());
    }

    /// Ends everything that a successor will do. What is open to sandboxes goes on.
    pub async fn give_up(&self) {
        if timeout(STEPS, self.tasks.stop()).await.is_err() {
            tracing::warn!("a step takes too long; the next server finishes it");
        }
        self.leaving.cancel();
        sleep(FIRST_WORDS).await;
        self.service.stopping().cancel();
        self.requests.close();
        if timeout(REQUESTS, self.requests.wait()).await.is_err() {
            tracing::warn!(requests = self.requests.len(), "some requests take too long and will be refused");
        }
        self.gone.cancel();
    }

    /// Comes back when nothing is open any more.
    pub async fn drained(&self) {
        self.service.stop().await;
        self.tunnels.tracker().close();
        self.tunnels.tracker().wait().await;
    }
}

/// Counts a request as under way until it is answered.
pub async fn counted(State(work): State<Arc<Work>>, request: Request, next: Next) -> Response {
    let _under_way = work.requests.token();
    next.run(request).await
}
