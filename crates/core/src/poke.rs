//! Between use cases and the reconciler: pokes one way ("look at this instance now"), who waits for a start the other.
//!
//! Losing a poke costs a few seconds, never the truth.

use std::sync::Arc;

use thon_domain::{id::InstanceId, live::QueuePlaces};
use tokio::sync::{mpsc, watch};

/// The end that use cases hold.
#[derive(Clone, Debug)]
pub struct Poke {
    pokes: mpsc::UnboundedSender<InstanceId>,
    queue: watch::Receiver<Arc<QueuePlaces>>,
}

/// The end that the reconciler holds.
#[derive(Debug)]
pub struct Pokes {
    pokes: mpsc::UnboundedReceiver<InstanceId>,
    /// Where the reconciler tells who waits.
    pub(crate) queue: watch::Sender<Arc<QueuePlaces>>,
}

impl Poke {
    /// Both ends.
    pub fn channel() -> (Self, Pokes) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let (told, queue) = watch::channel(Arc::default());
        (Self { pokes: sender, queue }, Pokes { pokes: receiver, queue: told })
    }

    /// Asks for a look at this instance. Without a reconciler nobody looks.
    pub fn poke(&self, instance: InstanceId) {
        if self.pokes.send(instance).is_err() {
            tracing::debug!(instance.id = %instance, "nobody reconciles any more");
        }
    }

    /// Who waits for their start now.
    pub fn queue(&self) -> Arc<QueuePlaces> {
        self.queue.borrow().clone()
    }

    /// Who waits for their start, as it changes.
    pub fn watch_queue(&self) -> watch::Receiver<Arc<QueuePlaces>> {
        self.queue.clone()
    }
}

impl Pokes {
    /// The next poke; `None` when nobody is left who could.
    pub async fn recv(&mut self) -> Option<InstanceId> {
        self.pokes.recv().await
    }
}
