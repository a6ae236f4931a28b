//! What THON does: use cases, the ports they need, and the tasks that make intents true.

pub mod clock;
pub mod port;
