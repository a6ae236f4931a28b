//! The configuration with what was set while THON ran before.

use thon_core::settings::stored;
use thon_store::{Store, StoreError};

use crate::config::Config;

/// Reads what was set. A value that is not good any more must not keep a server from starting, so it is left out.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn settled(config: &Config, store: &Store) -> Result<Config, StoreError> {
    let keys = config.allow_list().keys;
    let values = store.read(move |c| stored(&keys, c)).await?;
    let (config, left_out) = config.with_settings(values);
    for mistake in left_out {
        tracing::warn!(message = %mistake.message, hint = mistake.hint, "a setting is left out");
    }
    Ok(config)
}
