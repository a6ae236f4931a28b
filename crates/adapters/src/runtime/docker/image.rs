//! The check that an image keeps the contract of a sandbox. THON never pulls one.

use bollard::Docker as Client;
use thon_core::port::runtime::RuntimeError;

use super::{daemon::bounded, error, labels};

/// The contract that this THON relies on: code-server is the main process, `/healthz`, `HASHED_PASSWORD` honoured.
const CONTRACT: &str = "1";

/// Makes sure that sandboxes can be started from this image.
///
/// # Errors
/// `Rejected` when it is not there or not made for THON.
pub(super) async fn check(client: &Client, image: &str) -> Result<(), RuntimeError> {
    let found = match bounded(client.inspect_image(image)).await {
        Ok(found) => found,
        Err(error) if error::is_missing(&error) => return Err(missing(image)),
        Err(error) => return Err(error::explained(error)),
    };
    let contract = found.config.and_then(|config| config.labels).and_then(|mut labels| labels.remove(labels::CONTRACT));
    if contract.as_deref() == Some(CONTRACT) { Ok(()) } else { Err(foreign(image, contract.as_deref())) }
}

fn missing(image: &str) -> RuntimeError {
    let reason = format!("the image `{image}` is not on this Docker: build it with `script/image`");
    error::rejected("image-missing", reason)
}

fn foreign(image: &str, contract: Option<&str>) -> RuntimeError {
    let has = contract.map_or_else(|| "no such label".to_owned(), |value| format!("`{value}`"));
    let reason = format!(
        "the image `{image}` is not made for this THON: the label `{}` should be `{CONTRACT}`, it has {has}. \
         Build one with `script/image`",
        labels::CONTRACT
    );
    error::rejected("image-foreign", reason)
}
