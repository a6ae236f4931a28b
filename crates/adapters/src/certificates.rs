//! Who makes certificates: THON's own authority, public ones, programs of the host, the operator by hand.

pub mod acme;
pub mod auto;
pub mod certbot;
pub mod files;
pub mod mkcert;
pub mod openssl;
pub mod own_ca;

use std::path::{Path, PathBuf};

use thon_core::{
    port::certificate_authority::{AuthorityError, Bundle, Certificate},
    private_file,
};

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

/// Makes sure of a folder that is THON's alone.
async fn make_folder(path: &Path) -> Result<(), AuthorityError> {
    let path = path.to_owned();
    apart(move || private_file::make_folder(&path).map_err(|error| unusable(&path, &error))).await
}

/// The chain and the key that a program wrote.
async fn written(chain: PathBuf, key: PathBuf) -> Result<Bundle, AuthorityError> {
    Ok(Bundle::parse(&read(chain).await?, &read(key).await?)?)
}

/// The certificate in a file, if there is one.
async fn certificate(path: PathBuf) -> Result<Option<Certificate>, AuthorityError> {
    match read(path).await {
        Ok(pem) => Ok(Some(Certificate::parse(&pem)?)),
        Err(AuthorityError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
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
