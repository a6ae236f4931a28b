//! What the daemon can start containers with, besides its usual `runc`.

use bollard::Docker as Client;
use thon_core::port::runtime::RuntimeError;

use super::{daemon::bounded, error};

/// Makes sure that the daemon knows a runtime.
///
/// # Errors
/// `Rejected` when it does not.
pub(super) async fn check(client: &Client, wanted: Option<&str>) -> Result<(), RuntimeError> {
    let Some(wanted) = wanted else { return Ok(()) };
    let known = known(client).await?;
    if known.iter().any(|name| name == wanted) {
        return Ok(());
    }
    let reason = format!(
        "this Docker has no runtime `{wanted}`, only {}: install it, add it to `runtimes` in /etc/docker/daemon.json and \
         restart Docker, or choose another runtime",
        known.join(", ")
    );
    Err(error::rejected("runtime-missing", reason))
}

/// The names of the daemon's runtimes, without those of the daemon's own making.
///
/// # Errors
/// `Unavailable` when Docker does not answer.
pub(super) async fn known(client: &Client) -> Result<Vec<String>, RuntimeError> {
    let info = bounded(client.info()).await.map_err(error::explained)?;
    let mut names: Vec<_> = info.runtimes.unwrap_or_default().into_keys().collect();
    names.retain(|name| !name.starts_with("io.containerd."));
    names.sort();
    Ok(names)
}
