//! The command line: what people type, and its help. What a command does is in its own file.

mod args;
mod audit;
mod capacity;
mod cert;
mod check;
mod cleanup;
mod client;
mod columns;
mod config;
mod confirm;
mod error;
mod groups;
mod init;
mod join;
mod launch;
mod list;
mod logging;
mod logs;
mod nginx;
mod operate;
mod port;
mod printer;
mod restart;
mod role;
mod run;
mod sign_in;
mod start;
mod token;
mod watch;
mod wire;

use std::{future::Future, io, process::ExitCode};

use clap::{Parser, error::ErrorKind};
use tokio::runtime::Builder;

use self::{
    args::{Arguments, Command, Elsewhere},
    client::Client,
    error::{CliError, Fault},
    operate::Act,
    printer::Printer,
};
use crate::config::{Sources, process};

/// What a command works with.
struct Context {
    sources: Sources,
    printer: Printer,
    elsewhere: Elsewhere,
}

impl Context {
    /// A client of the server that is meant: the one on this machine, or the one at an address.
    fn client(&self) -> Result<Client, CliError> {
        match self.address() {
            Some(address) => Client::elsewhere(address, &self.elsewhere, &self.sources),
            None => Ok(Client::new(self.sources.home()?.socket())),
        }
    }

    /// The address of the server that is meant, when it is not this machine's.
    fn address(&self) -> Option<&str> {
        self.elsewhere.server.as_deref().or_else(|| self.sources.variable("THON_SERVER"))
    }
}

/// Refuses what can only be done on the machine that the server runs on.
fn only_here(command: &str, address: Option<&str>) -> Result<(), CliError> {
    let Some(address) = address else { return Ok(()) };
    let error = CliError::user(format!("`thon {command}` works on the server's own machine only, not on {address}"));
    Err(error.with_hint("run it there, without --server and without THON_SERVER"))
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
    let mut context = Context { sources, printer, elsewhere: arguments.global.elsewhere };
    match perform(arguments.command, &mut context) {
        Ok(code) => code,
        Err(error) => {
            context.printer.error(&error);
            error.fault.exit_code()
        }
    }
}

fn perform(command: Command, context: &mut Context) -> Result<ExitCode, CliError> {
    match &command {
        // The file is this machine's, wherever other commands go.
        Command::Init(_) => only_here("init", context.elsewhere.server.as_deref())?,
        Command::Run(_) => only_here("run", context.address())?,
        Command::Restart(_) => only_here("restart", context.address())?,
        // Looking at one's own configuration is fine wherever other commands go.
        Command::Config(_) => only_here("config", context.elsewhere.server.as_deref())?,
        _ => {}
    }
    match command {
        Command::Init(arguments) => init::init(&arguments, context),
        Command::Run(arguments) => on(Builder::new_multi_thread(), run::run(arguments, context)),
        Command::Restart(output) => wait_for(restart::restart(output, context)),
        Command::Launch(arguments) => wait_for(launch::launch(arguments, context)),
        Command::List(arguments) => wait_for(list::list(arguments, context)),
        Command::Watch(arguments) => wait_for(watch::watch(arguments, context)),
        Command::Logs(arguments) => wait_for(logs::logs(arguments, context)),
        Command::Pause(arguments) => wait_for(operate::operate(Act::Pause, arguments, context)),
        Command::Resume(arguments) => wait_for(operate::operate(Act::Resume, arguments, context)),
        Command::Terminate(arguments) => wait_for(operate::operate(Act::Terminate, arguments, context)),
        Command::Recreate(arguments) => wait_for(operate::recreate(arguments, context)),
        Command::Renew(arguments) => wait_for(operate::renew(arguments, context)),
        Command::Groups { command } => wait_for(groups::groups(command, context)),
        Command::Role { command } => wait_for(role::role(command, context)),
        Command::Join { command } => wait_for(join::join(command, context)),
        Command::Token { command } => wait_for(token::token(command, context)),
        Command::Port { command } => wait_for(port::port(command, context)),
        Command::Cert { command } => wait_for(cert::cert(command, context)),
        Command::Nginx { command } => wait_for(nginx::nginx(command, context)),
        Command::SignIn(arguments) => wait_for(sign_in::sign_in(arguments, context)),
        Command::Capacity(arguments) => wait_for(capacity::capacity(arguments, context)),
        Command::Cleanup(arguments) => wait_for(cleanup::cleanup(arguments, context)),
        Command::Audit(arguments) => wait_for(audit::audit(arguments, context)),
        Command::Check(arguments) => wait_for(check::check(arguments, context)),
        Command::Config(arguments) => config::config(&arguments, context),
    }
}

/// A command that asks a server has nothing to do beside that.
fn wait_for<T>(command: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    on(Builder::new_current_thread(), command)
}

fn on<T>(mut builder: Builder, command: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = builder.enable_all().build();
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
