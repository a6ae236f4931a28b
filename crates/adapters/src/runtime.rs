//! What runs sandboxes.

pub mod docker;
pub mod simulated;
