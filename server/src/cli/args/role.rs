//! The arguments of `thon role`.

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use thon_domain::role::Role;

use super::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RoleCommand {
    /// Give somebody a role in an event
    Grant(GrantArguments),
    /// List everybody who is more than a participant
    List(Output),
    /// Take a role away
    Revoke(RevokeRoleArguments),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct GrantArguments {
    /// What they may do
    #[arg(value_name = "ROLE", value_parser = roles())]
    pub role: Role,
    /// Whoever sits at GROUP/NAME, or the name of somebody new
    #[arg(value_name = "WHO")]
    pub who: String,
    /// The event's own id; the oldest event when none is named
    #[arg(long, value_name = "ID")]
    pub event: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RevokeRoleArguments {
    /// The id that `thon role list` shows
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub output: Output,
}

/// A participant is somebody with a place in a group, which is no role to give.
fn roles() -> impl clap::builder::TypedValueParser<Value = Role> {
    PossibleValuesParser::new(["admin", "organizer", "mentor", "judge"]).try_map(|text| text.parse::<Role>())
}
