//! `POST /api/system/restart`, on the operator's socket alone: the server gives way to a newer one.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde::Serialize;
use thon_domain::problem::ProblemCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::problem::Failed;

/// Where restarts are asked for, one at a time.
#[derive(Clone, Debug)]
pub struct Restarts {
    wishes: mpsc::Sender<Wish>,
    alone: Arc<Semaphore>,
}

/// Somebody wants a restart and waits to hear what became of it.
#[derive(Debug)]
pub struct Wish {
    answer: oneshot::Sender<Result<u32, String>>,
    _alone: OwnedSemaphorePermit,
}

impl Restarts {
    /// Where they are asked for, and where they are heard.
    pub fn channel() -> (Self, mpsc::Receiver<Wish>) {
        let (wishes, heard) = mpsc::channel(1);
        (Self { wishes, alone: Arc::new(Semaphore::new(1)) }, heard)
    }
}

impl Wish {
    /// Tells the process that serves now, or why there is none.
    pub fn answer(self, done: Result<u32, String>) {
        // Whoever asked may have gone.
        let _ = self.answer.send(done);
    }
}

pub fn router(restarts: Restarts) -> Router {
    Router::new().route("/api/system/restart", post(restart)).with_state(restarts)
}

/// Who serves from now on.
#[derive(Serialize)]
struct Restarted {
    process: u32,
    /// Who keeps the editors that are open, for a while.
    predecessor: u32,
}

async fn restart(State(restarts): State<Restarts>) -> Result<Json<Restarted>, Failed> {
    let Ok(alone) = restarts.alone.try_acquire_owned() else {
        return Err(Failed::new(ProblemCode::Conflict, "A restart is under way already."));
    };
    let (answer, done) = oneshot::channel();
    let wish = Wish { answer, _alone: alone };
    let gone = || Failed::new(ProblemCode::Unavailable, "The server is ending.");
    restarts.wishes.send(wish).await.map_err(|_| gone())?;
    match done.await.map_err(|_| gone())? {
        Ok(process) => Ok(Json(Restarted { process, predecessor: std::process::id() })),
        Err(reason) => Err(Failed::new(ProblemCode::Unavailable, reason)),
    }
}
