//! Starts a server in the background for the commands that need one.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::{fs::DirBuilderExt, fs::OpenOptionsExt, process::CommandExt},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use camino::Utf8Path;
use tokio::time::{Instant, sleep};

use super::{
    Context,
    client::{Client, ClientError},
    error::CliError,
};
use crate::config::{Home, process};

/// How long a server may take until it is ready.
const DEADLINE: Duration = Duration::from_mins(1);

/// How often it is asked.
const PAUSE: Duration = Duration::from_millis(100);

/// How long another server may take when ours has ended.
const GRACE: Duration = Duration::from_secs(1);

/// How many of the last lines of the log are shown when it does not start.
const TAIL_LINES: usize = 15;

/// A client of the running server; starts one, and says so, when none runs.
///
/// A server elsewhere is never started.
pub(super) async fn running_server(context: &Context, home: &Home) -> Result<Client, CliError> {
    if context.address().is_some() {
        return context.client();
    }
    let client = Client::new(home.socket());
    let mut started = None;
    match client.is_ready().await {
        Ok(true) => return Ok(client),
        Ok(false) | Err(ClientError::Broken(_) | ClientError::Timeout) => {}
        Err(ClientError::NoServer { .. }) => {
            let server = Started::now(context, home)?;
            context.printer.note(format_args!(
                "no server was running: started `thon run` in the background (process {}, log in {})",
                server.child.id(),
                home.log_file(),
            ));
            started = Some(server);
        }
        Err(error) => return Err(error.into()),
    }
    wait_until_ready(&client, home, started).await?;
    Ok(client)
}

async fn wait_until_ready(client: &Client, home: &Home, mut started: Option<Started>) -> Result<(), CliError> {
    let mut deadline = Instant::now() + DEADLINE;
    let mut ended = None;
    while Instant::now() < deadline {
        if matches!(client.is_ready().await, Ok(true)) {
            return Ok(());
        }
        if ended.is_none() {
            ended = started.as_mut().and_then(Started::ended);
            // Two commands may start a server at the same moment: ours steps back, and the other is ready soon.
            deadline = if ended.is_some() { Instant::now() + GRACE } else { deadline };
        }
        sleep(PAUSE).await;
    }
    Err(match (started, ended) {
        (Some(server), Some(status)) => server.failure(status, home),
        _ => CliError::user(format!("the server is not ready after {} seconds", DEADLINE.as_secs()))
            .with_hint(format!("its log is {}", home.log_file())),
    })
}

/// Tells that the server went away while it was needed, with the end of its log.
pub(super) fn gone(error: ClientError, context: &Context, home: &Home) -> CliError {
    let elsewhere = context.address().is_some();
    if elsewhere || !matches!(error, ClientError::NoServer { .. } | ClientError::Broken(_) | ClientError::Timeout) {
        return error.into();
    }
    let tail = tail(&home.log_file(), 0);
    let log = if tail.is_empty() { String::new() } else { format!("; the end of {}:\n{tail}", home.log_file()) };
    CliError::user(format!("the server does not answer any more{log}"))
        .with_hint("run `thon launch` again: it goes on where this one stopped")
}

/// A server that was started here.
struct Started {
    child: Child,
    /// Where its part of the log begins.
    log_start: u64,
}

impl Started {
    /// Starts `thon run` in a process group of its own, so that Ctrl-C here does not reach it.
    fn now(context: &Context, home: &Home) -> Result<Self, CliError> {
        let log =
            open_log(home).map_err(|error| CliError::user(format!("cannot write {}: {error}", home.log_file())))?;
        let log_start = log.metadata().map_or(0, |metadata| metadata.len());
        let child = Self::spawned(context, log);
        let child = child.map_err(|error| CliError::ours(format!("cannot start `thon run`: {error}")))?;
        Ok(Self { child, log_start })
    }

    fn spawned(context: &Context, log: File) -> io::Result<Child> {
        let mut command = Command::new(process::program()?);
        command.arg("run");
        if let Some(config) = &context.sources.config_file {
            command.arg("--config").arg(config);
        }
        if let Some(variables) = &context.sources.env_file {
            command.arg("--env-file").arg(variables);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0).spawn()
    }

    /// How it ended, if it has.
    fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    fn failure(&self, status: ExitStatus, home: &Home) -> CliError {
        let tail = tail(&home.log_file(), self.log_start);
        CliError::user(format!("the server ended at once ({status}); its log says:\n{tail}"))
    }
}

/// The log, readable for nobody else, in a folder that is nobody else's.
fn open_log(home: &Home) -> io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(home.path())?;
    OpenOptions::new().create(true).append(true).mode(0o600).open(home.log_file())
}

/// The last lines that were written since byte `start`, indented.
fn tail(log: &Utf8Path, start: u64) -> String {
    let text = fs::read(log).unwrap_or_default();
    let start = usize::try_from(start).unwrap_or(0).min(text.len());
    let text = String::from_utf8_lossy(&text[start..]);
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(TAIL_LINES)..];
    last.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
