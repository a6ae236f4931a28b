//! `thon run`: the server itself, in the foreground.

use std::process::ExitCode;

use thon_core::error::Error;

use super::{Context, args::RunArguments, error::CliError, logging};
use crate::{config::Config, lifecycle};

pub(super) async fn run(arguments: RunArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    context.sources.flags = arguments.flags();
    context.sources.insecure_no_auth = arguments.insecure_no_auth;
    let loaded = Config::load(&context.sources)?;
    loaded.check_exposure()?;
    for hint in &loaded.hints {
        context.printer.hint(hint);
    }
    logging::start(loaded.config.log, context.sources.variable("NO_COLOR").is_some())?;
    match lifecycle::run(loaded.config).await {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // What keeps a server from starting is the machine's or the configuration's, unless it says that it is ours.
        Err(error) if matches!(error.downcast_ref(), Some(Error::Internal(_))) => {
            Err(CliError::ours(format!("{error:#}")))
        }
        Err(error) => Err(CliError::user(format!("{error:#}"))),
    }
}
