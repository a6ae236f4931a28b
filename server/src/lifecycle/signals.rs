//! Signals: what asks the server to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Waits until somebody asks the process to stop (SIGTERM, or ^C at a terminal).
///
/// # Errors
/// When signals cannot be listened to.
pub async fn asked_to_stop() -> std::io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
