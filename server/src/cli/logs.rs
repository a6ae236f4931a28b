//! `thon logs`: what somebody's sandbox wrote, and goes on to write.

use std::{process::ExitCode, time::Duration};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use thon_domain::{id::InstanceId, live::LiveMessage, sandbox::LogLine};
use tokio::{signal, time::sleep};

use super::{
    Context,
    args::LogsArguments,
    client::{Client, ClientError},
    error::CliError,
    list, operate,
    printer::Printer,
};

/// How long to wait before the stream is taken up again.
const PAUSE: Duration = Duration::from_secs(1);

/// The answer of the API, as far as it is needed.
#[derive(Deserialize)]
struct Log {
    lines: Vec<LogLine>,
}

/// What was printed last, so that nothing is printed twice.
struct Printed<'a> {
    printer: &'a Printer,
    timestamps: bool,
    last: Option<DateTime<Utc>>,
}

pub(super) async fn logs(arguments: LogsArguments, context: &Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    let instances = list::instances(&client, None, &[]).await?;
    let meant = operate::named(std::slice::from_ref(&arguments.who), instances)?.into_iter().find_map(|one| one.id);
    let id = meant.ok_or_else(|| CliError::user(format!("{} has no sandbox", arguments.who)))?;
    let mut printed = Printed { printer: &context.printer, timestamps: arguments.timestamps, last: None };
    match client.get::<Log>(&format!("/api/instances/{id}/logs?lines={}", arguments.lines)).await {
        Ok(Log { lines }) => printed.print(&lines),
        // Who follows waits for the next sandbox.
        Err(error) if !arguments.follow => return Err(error.into()),
        Err(error) => context.printer.note(error),
    }
    if !arguments.follow {
        return Ok(ExitCode::SUCCESS);
    }
    tokio::select! {
        stopped = follow(&client, id, &mut printed) => stopped.map_err(CliError::from),
        _ = signal::ctrl_c() => Ok(ExitCode::SUCCESS),
    }
}

/// Follows the log over the restarts of the server, until it refuses.
async fn follow(client: &Client, id: InstanceId, printed: &mut Printed<'_>) -> Result<ExitCode, ClientError> {
    loop {
        match round(client, id, printed).await {
            Err(error) if error.passes() => {
                printed.printer.note(format_args!("{error}; trying again"));
                sleep(PAUSE).await;
            }
            Err(error) => return Err(error),
            Ok(()) => {}
        }
    }
}

/// What is written until the server says that it has to be asked anew.
async fn round(client: &Client, id: InstanceId, printed: &mut Printed<'_>) -> Result<(), ClientError> {
    let mut stream = client.live(&format!("look={id}")).await?;
    loop {
        match stream.next().await? {
            LiveMessage::Log { lines, .. } => printed.print(&lines),
            LiveMessage::Reset => return Ok(()),
            _ => {}
        }
    }
}

impl Printed<'_> {
    fn print(&mut self, lines: &[LogLine]) {
        for line in lines.iter().filter(|line| self.last.is_none_or(|last| line.at > last)) {
            if self.timestamps {
                self.printer.data(format_args!(
                    "{} {}",
                    line.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
                    line.text
                ));
            } else {
                self.printer.data(&line.text);
            }
        }
        self.last = lines.last().map(|line| line.at).max(self.last);
    }
}
