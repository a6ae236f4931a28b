//! Passwords as argon2id, off the threads that serve requests: one check is meant to take a while.

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash};
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

/// Hashes a password with a new salt (argon2id, RFC 9106; the crate's default parameters follow OWASP's).
pub(crate) async fn hash(password: SecretString) -> Result<String, Error> {
    blocking(move || {
        let hash: PasswordHash =
            Argon2::default().hash_password(password.expose_secret().as_bytes()).map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether it is an argon2id hash as this one makes them (PHC string format).
pub(crate) fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id" && hash.hash.is_some())
}

/// Whether this is the password of that hash.
pub(crate) async fn verify(password: SecretString, stored: String) -> Result<bool, Error> {
    blocking(move || {
        let stored = PasswordHash::new(&stored).map_err(Error::internal)?;
        Ok(Argon2::default().verify_password(password.expose_secret().as_bytes(), &stored).is_ok())
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
