//! The arguments of `thon config`.

use camino::Utf8PathBuf;
use clap::{Args, Subcommand, ValueEnum};

#[derive(Args, Debug)]
pub(in crate::cli) struct ConfigArguments {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ConfigCommand {
    /// Print the configuration as it takes effect, without its secrets
    Show {
        /// Say where each value was set
        #[arg(long)]
        origin: bool,
    },
    /// Print what differs from the defaults as variables of the environment
    Env {
        /// Write them to this file, with their secrets and readable for you alone
        #[arg(long, value_name = "PATH")]
        output: Option<Utf8PathBuf>,
        /// Who reads the file: a shell, or docker run --env-file
        #[arg(long, value_name = "READER", value_enum, default_value_t)]
        format: EnvFormat,
    },
    /// Check the configuration and tell every mistake
    Validate,
}

/// How values are written: Docker takes quotation marks for a part of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum EnvFormat {
    #[default]
    Shell,
    Docker,
}
