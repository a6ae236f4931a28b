//! Who shall have a sandbox: the files to import first, and the groups that the server knows.

use std::fs;

use thon_core::directory::groups_file::{DEMO, GroupsFile, GroupsFileError};

use crate::{
    cli::{
        args::LaunchArguments,
        client::Client,
        error::CliError,
        printer::Printer,
        wire::{Group, ImportReport},
    },
    config::{Config, Sources, nearest},
};

/// One person, for those who only want to look.
const DEFAULT: &str = "groups:\n  default: [workspace]\n";

/// The groups files that were asked for, checked before anything is started.
///
/// # Errors
/// When a file cannot be read or is not a good groups file.
pub(super) fn from(arguments: &LaunchArguments, config: &Config, sources: &Sources) -> Result<Vec<String>, CliError> {
    let mut files = Vec::new();
    if arguments.from_db {
        return Ok(files);
    }
    if !config.groups.is_empty() {
        let inline = GroupsFile { groups: config.groups.clone(), ..GroupsFile::default() };
        files.push(serde_json::to_string(&inline).map_err(|error| CliError::ours(error.to_string()))?);
    }
    if arguments.demo {
        files.push(DEMO.to_owned());
    }
    if let Some(path) = &arguments.groups {
        let full = sources.absolute(path);
        let text = fs::read_to_string(full).map_err(|error| CliError::user(format!("cannot read {path}: {error}")))?;
        GroupsFile::parse(&text).map_err(|error| mistakes(path.as_str(), &error))?;
        files.push(text);
    }
    Ok(files)
}

/// Every mistake as `file:line:column: what`.
pub(in crate::cli) fn mistakes(path: &str, error: &GroupsFileError) -> CliError {
    let lines = error.mistakes.iter().map(|mistake| {
        let separator = if mistake.path.is_empty() { "" } else { ": " };
        format!("{path}:{}:{}: {}{separator}{}", mistake.at.line, mistake.at.column, mistake.path, mistake.message)
    });
    let lines: Vec<String> = lines.collect();
    CliError::user(format!("{path} is no good groups file\n{}", lines.join("\n")))
}

/// Imports the files.
///
/// # Errors
/// When the server refuses one.
pub(super) async fn import(client: &Client, files: &[String], printer: &Printer) -> Result<(), CliError> {
    for file in files {
        import_one(client, file, printer).await?;
    }
    Ok(())
}

/// Makes one person when there is nobody at all, so that there is something to look at.
///
/// # Errors
/// When the server refuses.
pub(super) async fn at_least_one(client: &Client, printer: &Printer) -> Result<(), CliError> {
    let groups: Vec<Group> = client.get("/api/groups").await?;
    if groups.iter().all(|group| group.users.is_empty()) {
        import_one(client, DEFAULT, printer).await?;
        printer.hint("there are no groups yet, so default/workspace was made; try --groups FILE or --demo");
    }
    Ok(())
}

/// Refuses to launch nobody.
///
/// # Errors
/// When there is nobody in the database.
pub(super) async fn known(client: &Client) -> Result<(), CliError> {
    let groups: Vec<Group> = client.get("/api/groups").await?;
    if groups.iter().any(|group| !group.users.is_empty()) {
        return Ok(());
    }
    Err(CliError::user("there is nobody in the database yet").with_hint("import a file with --groups FILE"))
}

async fn import_one(client: &Client, file: &str, printer: &Printer) -> Result<(), CliError> {
    let report: ImportReport = client.post_yaml("/api/groups/import", file.to_owned()).await?;
    printer.detail(format_args!(
        "imported: {} groups and {} people are new, {} were there",
        report.groups_created, report.users_created, report.unchanged
    ));
    Ok(())
}

/// Refuses a group that nobody knows.
///
/// # Errors
/// When there is none of that name.
pub(in crate::cli) async fn check_group(client: &Client, wanted: &str) -> Result<(), CliError> {
    let groups: Vec<Group> = client.get("/api/groups").await?;
    if groups.iter().any(|group| group.name.to_lowercase() == wanted.to_lowercase()) {
        return Ok(());
    }
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    let error = CliError::user(format!("there is no group {wanted:?}"));
    Err(match nearest(wanted, names.iter().copied()) {
        Some(near) => error.with_hint(format!("did you mean {near}?")),
        None if names.is_empty() => error.with_hint("there are no groups yet: try --groups FILE or --demo"),
        None => error.with_hint(format!("there are: {}", names.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_here_is_a_good_groups_file() {
        assert_eq!(GroupsFile::parse(DEMO).map(|file| file.user_count()), Ok(3));
        assert_eq!(GroupsFile::parse(DEFAULT).map(|file| file.user_count()), Ok(1));
    }
}
