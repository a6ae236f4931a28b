//! The end of a container. Its named volumes stay.

use std::time::Duration;

use bollard::{
    Docker as Client,
    query_parameters::{RemoveContainerOptions, StopContainerOptions},
};
use thon_core::{
    fault::{Point, point},
    port::runtime::RuntimeError,
};
use tokio::time::{sleep, timeout};

use super::{
    daemon::bounded,
    error::{self, is_missing, status},
};

/// How long processes may take to write what they hold, in seconds; code-server needs 0.4.
const GRACE_S: i32 = 2;

/// How long a removal that somebody else began may take.
const OTHERS_REMOVAL: Duration = Duration::from_secs(30);

/// Ends and removes a container, and comes back when its name is free. One that has gone is fine.
///
/// # Errors
/// `Unavailable` when Docker does not do it.
pub(super) async fn remove(client: &Client, id: &str) -> Result<(), RuntimeError> {
    let grace = StopContainerOptions { t: Some(GRACE_S), signal: None };
    match bounded(client.stop_container(id, Some(grace))).await {
        Err(error) if is_missing(&error) => return Ok(()),
        // Whatever does not stop is killed below.
        Err(error) => tracing::debug!(container.id = id, %error, "a container did not stop"),
        Ok(()) => point(Point::ContainerStopped),
    }
    // `v` takes the image's anonymous volumes, which nobody could find again, and leaves every named one.
    let options = RemoveContainerOptions { force: true, v: true, link: false };
    match bounded(client.remove_container(id, Some(options))).await {
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) if status(&error) == Some(409) => gone(client, id).await,
        removed => removed.map_err(error::explained),
    }
}

/// Waits for a removal that is already going on.
async fn gone(client: &Client, id: &str) -> Result<(), RuntimeError> {
    let looking = async {
        loop {
            match bounded(client.inspect_container(id, None)).await {
                Err(error) if is_missing(&error) => return Ok(()),
                Err(error) => return Err(error::explained(error)),
                Ok(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    };
    timeout(OTHERS_REMOVAL, looking).await.unwrap_or_else(|_| {
        Err(RuntimeError::Unavailable { reason: format!("Docker does not finish removing the container {id}") })
    })
}
