//! Who makes certificates: THON's own authority, public ones, programs of the host, the operator by hand.

pub mod acme;
pub mod auto;
pub mod certbot;
pub mod files;
pub mod mkcert;
pub mod openssl;
pub mod own_ca;

use std::path::{Path, PathBuf};

use thon_core::port::certificate_authority::AuthorityError;

use crate::command::CommandError;

/// What reading or writing a file gives when it does not work.
fn unusable(path: &Path, error: &std::io::Error) -> AuthorityError {
    let reason = format!("{}: {error}", path.display());
    match error.kind() {
        std::io::ErrorKind::NotFound => AuthorityError::NotFound { reason },
        _ => AuthorityError::Unavailable { reason },
    }
}

/// Runs what reads and writes files where it holds nobody up.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AuthorityError> + Send + 'static,
) -> Result<T, AuthorityError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| AuthorityError::unavailable(error.to_string()))?
}

/// The text of a file.
async fn read(path: PathBuf) -> Result<String, AuthorityError> {
    apart(move || std::fs::read_to_string(&path).map_err(|error| unusable(&path, &error))).await
}

/// What a program that did not do it gives.
fn failed(error: &CommandError) -> AuthorityError {
    match error {
        CommandError::Missing(program) => AuthorityError::not_found(format!(
            "`{program}` is not installed; install it, or choose another `nginx.ssl_provider`"
        )),
        CommandError::Failed { .. } => AuthorityError::unavailable(error.to_string()),
    }
}
