//! Pokes: "look at this instance now". Losing one costs a few seconds, never the truth.

use thon_domain::id::InstanceId;
use tokio::sync::mpsc;

/// The end that use cases hold.
#[derive(Clone, Debug)]
pub struct Poke(mpsc::UnboundedSender<InstanceId>);

/// The end that the reconciler holds.
pub type Pokes = mpsc::UnboundedReceiver<InstanceId>;

impl Poke {
    /// Both ends.
    pub fn channel() -> (Self, Pokes) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Asks for a look at this instance. Without a reconciler nobody looks.
    pub fn poke(&self, instance: InstanceId) {
        if self.0.send(instance).is_err() {
            tracing::debug!(instance.id = %instance, "nobody reconciles any more");
        }
    }
}
