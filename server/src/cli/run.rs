//! `thon run`: the server itself, in the foreground.

use std::process::ExitCode;

use thon_core::error::Error;

use super::{Context, args::RunArguments, error::CliError, logging};
use crate::{
    config::{Config, process},
    lifecycle::{self, inherited::Inherited},
};

pub(super) async fn run(arguments: RunArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    let inherited = Inherited::take(context.sources.variable("LISTEN_FDNAMES"));
    let broken = |error| CliError::user(format!("cannot take the sockets that were handed over: {error}"));
    let inherited = inherited.map_err(broken)?;
    let refusal = inherited.refusal().map_err(broken)?;
    let ended = Box::pin(served(arguments, inherited, context)).await;
    if let Err(error) = &ended {
        refusal.say(&error.to_string());
    }
    ended
}

async fn served(arguments: RunArguments, inherited: Inherited, context: &mut Context) -> Result<ExitCode, CliError> {
    #[cfg(debug_assertions)]
    break_as_asked(&context.sources)?;
    context.sources.flags = arguments.flags();
    context.sources.insecure_no_auth = arguments.insecure_no_auth;
    let call = process::invocation().map_err(|error| CliError::ours(format!("cannot tell what runs: {error}")))?;
    let loaded = Config::load(&context.sources)?;
    loaded.check_exposure()?;
    for hint in &loaded.hints {
        context.printer.hint(hint);
    }
    logging::start(loaded.config.log, context.sources.variable("NO_COLOR").is_some())?;
    match Box::pin(lifecycle::run(loaded.config, inherited, call)).await {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // What keeps a server from starting is the machine's or the configuration's, unless it says that it is ours.
        Err(error) if matches!(error.downcast_ref(), Some(Error::Internal(_))) => {
            Err(CliError::ours(format!("{error:#}")))
        }
        Err(error) => Err(CliError::user(format!("{error:#}"))),
    }
}

/// What tests do to the real program.
#[cfg(debug_assertions)]
fn break_as_asked(sources: &crate::config::Sources) -> Result<(), CliError> {
    use thon_core::fault;
    if let Some(file) = sources.variable(fault::clock::VARIABLE) {
        fault::clock::follow(file);
    }
    sources.variable(fault::VARIABLE).map_or(Ok(()), |point| fault::arm(point).map_err(CliError::user))
}
