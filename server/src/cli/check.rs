//! `thon check`: do the database, the sandboxes and the routes say the same?

use std::process::ExitCode;

use super::{
    Context,
    args::CheckArguments,
    error::{CliError, Fault},
    wire::Check,
};

pub(super) async fn check(arguments: CheckArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    let check: Check = client.get("/api/system/check").await?;
    if arguments.output.json {
        context.printer.json(&check)?;
    } else if check.findings.is_empty() {
        context.printer.data("database, Docker and routes agree");
    } else {
        for finding in &check.findings {
            context.printer.data(format_args!("{} {}: {}", finding.kind, finding.subject, finding.detail));
        }
    }
    for notice in check.notices.iter().filter(|_| !arguments.output.json) {
        context.printer.note(format_args!("{} {}: {}", notice.kind, notice.subject, notice.detail));
    }
    Ok(if check.findings.is_empty() { ExitCode::SUCCESS } else { Fault::User.exit_code() })
}
