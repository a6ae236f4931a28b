//! `thon groups`: brings groups in from a file, and takes them out.

mod diff;

use std::{fs, process::ExitCode};

use camino::Utf8Path;
use serde_json::Value;
use thon_core::directory::groups_file::GroupsFile;

use super::{
    Context,
    args::{ExportArguments, ExportFormat, GroupsCommand, ImportArguments},
    client::percent_encoded,
    confirm::confirmed,
    error::CliError,
    launch, start,
};
use crate::config::Config;

const IMPORT: &str = "/api/groups/import";

pub(super) async fn groups(command: GroupsCommand, context: &mut Context) -> Result<ExitCode, CliError> {
    match command {
        GroupsCommand::Import(arguments) => import(arguments, context).await,
        GroupsCommand::Export(arguments) => export(arguments, context).await,
    }
}

async fn import(arguments: ImportArguments, context: &Context) -> Result<ExitCode, CliError> {
    let home = Config::load(&context.sources)?.config.home;
    let file = &arguments.file;
    let text = fs::read_to_string(context.sources.absolute(file))
        .map_err(|error| CliError::user(format!("cannot read {file}: {error}")))?;
    GroupsFile::parse(&text).map_err(|error| launch::mistakes(file.as_str(), &error))?;
    let client = start::running_server(context, &home).await?;

    let preview: Value = client.post_yaml(&format!("{IMPORT}?dry_run=true"), text.clone()).await?;
    let diff = diff::Diff::read(&preview)?;
    if !arguments.output.json {
        context.printer.data(diff.drawn());
    } else if arguments.dry_run {
        context.printer.json(&preview)?;
    }
    if arguments.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let asked = || {
        let answer = confirmed(context, "import this?", "nothing was changed");
        answer.map_err(|error| error.with_hint("add --dry-run only to look"))
    };
    if diff.changes_something() && !arguments.yes && !asked()? {
        context.printer.note("nothing was changed");
        return Ok(ExitCode::SUCCESS);
    }
    let done: Value = client.post_yaml(IMPORT, text).await?;
    if arguments.output.json {
        context.printer.json(&done)?;
    } else {
        context.printer.note(if diff.changes_something() { "imported" } else { "everything was there already" });
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(arguments: ExportArguments, context: &Context) -> Result<ExitCode, CliError> {
    let home = Config::load(&context.sources)?.config.home;
    let client = start::running_server(context, &home).await?;
    let event = arguments.event.map(|event| format!("&event_id={}", percent_encoded(&event))).unwrap_or_default();
    let text = match arguments.format {
        ExportFormat::Yaml => client.text(&format!("/api/groups/export?format=yaml{event}")).await?,
        ExportFormat::Json => {
            let file: Value = client.get(&format!("/api/groups/export?format=json{event}")).await?;
            serde_json::to_string_pretty(&file).map_err(|error| CliError::ours(error.to_string()))? + "\n"
        }
    };
    match &arguments.output {
        Some(path) => write(&context.sources.absolute(path), path, &text)?,
        None => context.printer.data(text.trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

fn write(full: &Utf8Path, path: &Utf8Path, text: &str) -> Result<(), CliError> {
    fs::write(full, text).map_err(|error| CliError::user(format!("cannot write {path}: {error}")))
}
