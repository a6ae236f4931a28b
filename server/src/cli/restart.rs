//! `thon restart`: the running server gives way to a new one, and nobody who works notices.

use std::{process::ExitCode, time::Duration};

use super::{
    Context,
    args::Output,
    client::{Client, ClientError},
    error::{CliError, Fault},
    wire::Restarted,
};

/// Longer than the two servers give each other altogether.
const PATIENCE: Duration = Duration::from_mins(4);

pub(super) async fn restart(output: Output, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = Client::new(context.sources.home()?.socket()).with_patience(PATIENCE);
    let restarted: Restarted = match client.post("/api/system/restart", &()).await {
        Ok(restarted) => restarted,
        Err(ClientError::Problem(problem)) => {
            let mut error = CliError::from(*problem).with_hint("the server that ran before still serves");
            // A server that cannot follow itself is broken, whatever is to blame.
            error.fault = Fault::Ours;
            return Err(error);
        }
        Err(error) => return Err(error.into()),
    };
    if output.json {
        context.printer.json(&restarted)?;
    } else {
        let Restarted { process, predecessor } = restarted;
        context.printer.data(format_args!("process {process} serves now"));
        context.printer.note(format_args!("open editors stay with process {predecessor} for at most ten minutes"));
    }
    Ok(ExitCode::SUCCESS)
}
