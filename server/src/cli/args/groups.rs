//! The arguments of `thon groups`.

use camino::Utf8PathBuf;
use clap::{Args, Subcommand, ValueEnum};

use super::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum GroupsCommand {
    /// Make groups and users as a file says; shows first what is new
    Import(ImportArguments),
    /// Write groups and users as the file that would make them
    Export(ExportArguments),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ImportArguments {
    /// The groups file, YAML or JSON
    #[arg(value_name = "FILE")]
    pub file: Utf8PathBuf,
    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ExportArguments {
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    pub format: ExportFormat,
    /// The file to write; standard output when there is none
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,
    /// The id of the event, where there are several
    #[arg(long, value_name = "EVENT")]
    pub event: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ExportFormat {
    #[default]
    Yaml,
    Json,
}
