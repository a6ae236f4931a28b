//! The arguments of `thon join`.

use clap::{Args, Subcommand};
use thon_core::joining::{USUAL_HOURS, USUAL_PLACES, USUAL_SEATS};

use super::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum JoinCommand {
    /// Make a code and print it, with where it leads
    Create(CreateCodeArguments),
    /// List the codes that are not revoked, without what people type
    List(Output),
    /// Print one code again
    Show(MeantCode),
    /// Revoke a code: nobody comes in by it any more, and who did stays
    Revoke(MeantCode),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct CreateCodeArguments {
    /// The group that it leads to; without one people found teams of their own
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// The event's own id; the group's, or the oldest, when none is named
    #[arg(long, value_name = "ID")]
    pub event: Option<String>,
    /// The most people in one group
    #[arg(long, value_name = "COUNT", default_value_t = USUAL_SEATS)]
    pub seats: u32,
    /// The most people who come by it
    #[arg(long, value_name = "COUNT", default_value_t = USUAL_PLACES)]
    pub places: u32,
    /// How long it is good
    #[arg(long, value_name = "HOURS", default_value_t = USUAL_HOURS)]
    pub hours: u32,
    /// Let an organizer say of each of them whether they come in
    #[arg(long)]
    pub approval: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct MeantCode {
    /// The id that `thon join list` shows
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub output: Output,
}
