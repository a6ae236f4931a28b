//! The log of `thon run`, on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt, util::SubscriberInitExt};

use super::error::CliError;
use crate::config::{Log, LogFormat};

/// Starts logging for the life of the process.
///
/// # Errors
/// When something else in the process has started it already.
pub(super) fn start(log: Log, no_color: bool) -> Result<(), CliError> {
    let level: &str = log.level.into();
    // What the libraries underneath do belongs to their own debugging, not to an organizer's log.
    let filter = EnvFilter::new(format!("{level},hyper=info,h2=info,bollard=info,tower=info,mio=info"));
    // A line that cannot be written, as on a full disk, is lost: to complain about it on standard error would panic there.
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr).log_internal_errors(false);
    let started = match log.format {
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init(),
        LogFormat::Pretty => builder.with_ansi(io::stderr().is_terminal() && !no_color).finish().try_init(),
    };
    started.map_err(|error| CliError::ours(format!("cannot start the log: {error}")))
}
