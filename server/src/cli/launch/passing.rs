//! What `--ephemeral` promises: when this command ends, so does what it has launched, with its files.

use std::{io, process::ExitCode};

use serde_json::{Value, json};
use thon_domain::id::InstanceId;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{client::Client, error::CliError, printer::Printer, wire::Instance};

/// The most instances of one request.
const MOST: usize = 1000;

/// Sandboxes that last as long as this command. It hears from the beginning on what asks it to end.
pub(super) struct Passing {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Passing {
    /// Begins to listen for what ends the command.
    ///
    /// # Errors
    /// When signals cannot be listened to.
    pub fn begin() -> Result<Self, CliError> {
        let begun: io::Result<Self> = (|| {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        })();
        begun.map_err(|error| CliError::ours(format!("cannot listen for signals: {error}")))
    }

    /// Stays until it is asked to end, then ends what was launched. Whoever ran before is left alone.
    ///
    /// # Errors
    /// What the launch ended with, or when the server does not answer.
    pub async fn end(
        mut self,
        client: &Client,
        printer: &Printer,
        launched: &[Instance],
        followed: Result<ExitCode, CliError>,
    ) -> Result<ExitCode, CliError> {
        let code = followed.unwrap_or_else(|error| {
            printer.error(&error);
            error.fault.exit_code()
        });
        let ids: Vec<InstanceId> = launched.iter().filter_map(|instance| instance.id).collect();
        printer.note("\nephemeral: these sandboxes and their files go when this command ends (Ctrl-C)");
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
        for some in ids.chunks(MOST) {
            let _: Value = client.post("/api/instances/bulk/terminate", &json!({ "instance_ids": some })).await?;
        }
        printer.note(format_args!("ended, with their files: {}", ids.len()));
        Ok(code)
    }
}
