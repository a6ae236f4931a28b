//! The command line: what people type, and its help. What a command does is in its own file.

mod args;
mod capacity;
mod check;
mod cleanup;
mod client;
mod columns;
mod config;
mod confirm;
mod error;
mod groups;
mod launch;
mod list;
mod logging;
mod printer;
mod restart;
mod run;
mod sign_in;
mod start;
mod token;
mod wire;

use std::{future::Future, io, process::ExitCode};

use clap::{Parser, error::ErrorKind};

use self::{
    args::{Arguments, Command},
    error::{CliError, Fault},
    printer::Printer,
};
use crate::config::{Sources, process};

/// What a command works with.
struct Context {
    sources: Sources,
    printer: Printer,
}

/// Runs the program as it was called.
///
/// Nothing is started before the arguments are read: help and version answer at once.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let mut sources = process::sources();
    sources.config_file.clone_from(&arguments.global.config);
    sources.env_file.clone_from(&arguments.global.env_file);
    let printer = Printer::new(&arguments.global, sources.variable("NO_COLOR").is_some());
    let mut context = Context { sources, printer };
    match perform(arguments.command, &mut context) {
        Ok(code) => code,
        Err(error) => {
            context.printer.error(&error);
            error.fault.exit_code()
        }
    }
}

fn perform(command: Command, context: &mut Context) -> Result<ExitCode, CliError> {
    match command {
        Command::Run(arguments) => wait_for(run::run(arguments, context)),
        Command::Restart(output) => wait_for(restart::restart(output, context)),
        Command::Launch(arguments) => wait_for(launch::launch(arguments, context)),
        Command::List(arguments) => wait_for(list::list(arguments, context)),
        Command::Groups { command } => wait_for(groups::groups(command, context)),
        Command::Token { command } => wait_for(token::token(command, context)),
        Command::SignIn(arguments) => wait_for(sign_in::sign_in(arguments, context)),
        Command::Capacity(arguments) => wait_for(capacity::capacity(arguments, context)),
        Command::Cleanup(arguments) => wait_for(cleanup::cleanup(arguments, context)),
        Command::Check(arguments) => wait_for(check::check(arguments, context)),
        Command::Config(arguments) => config::config(&arguments, context),
    }
}

fn wait_for<T>(command: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error: io::Error| CliError::ours(format!("cannot start: {error}")))?.block_on(command)
}

/// Help and version are answers; everything else that clap says is a mistake of whoever typed it.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell when the terminal is gone.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => Fault::User.exit_code(),
    }
}
