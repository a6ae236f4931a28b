//! The arguments of `thon cert`.

use camino::Utf8PathBuf;
use clap::{Args, Subcommand};

use super::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CertCommand {
    /// Tell who made the certificate, for which names, until when
    Status(Output),
    /// Have another made now, and wait for it
    Renew(Output),
    /// Print the root that people have to trust, or write it to a file
    ExportCa(ExportCaArguments),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ExportCaArguments {
    /// The file to write; standard output when there is none
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<Utf8PathBuf>,
}
