//! What runs sandboxes.

pub mod docker;
pub mod simulated;

/// The port that the editor listens on inside a sandbox (the image's contract, `image/code-server.yaml`).
const EDITOR_PORT: u16 = 8443;
