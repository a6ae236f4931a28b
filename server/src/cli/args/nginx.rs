//! The arguments of `thon nginx`.

use clap::Subcommand;

use super::Output;

#[derive(Clone, Copy, Debug, Subcommand)]
pub(in crate::cli) enum NginxCommand {
    /// Tell whether nginx has what it should, and where that lies
    Status(Output),
    /// Have nginx take what it should have, now, and keep it so
    Sync(Output),
    /// Take THON's files away from nginx, until the next sync or start
    Cleanup(Output),
}
