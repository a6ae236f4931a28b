//! The arguments of `thon watch`.

use clap::Args;

#[derive(Args, Debug)]
pub(in crate::cli) struct WatchArguments {
    /// Watch only this group
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
}
