//! The arguments of `thon port`.

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use strum::IntoEnumIterator as _;
use thon_domain::sharing::{Audience, InnerPort};

use super::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PortCommand {
    /// List the ports of a sandbox that others may come to
    List(ListPortsArguments),
    /// Let others come to a port inside a sandbox
    Share(SharePortArguments),
    /// Keep a port for its owner again; whoever has it open is cut off
    Unshare(UnsharePortArguments),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ListPortsArguments {
    /// Whose, as GROUP/NAME, or the id of the person or of the sandbox
    #[arg(value_name = "WHO")]
    pub who: String,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct SharePortArguments {
    #[command(flatten)]
    pub meant: MeantPort,
    /// Who may come besides those who may open the editor
    #[arg(long = "with", value_name = "AUDIENCE", value_parser = audiences())]
    pub audience: Audience,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct UnsharePortArguments {
    #[command(flatten)]
    pub meant: MeantPort,
    #[command(flatten)]
    pub output: Output,
}

/// One port of somebody's sandbox.
#[derive(Args, Debug)]
pub(in crate::cli) struct MeantPort {
    /// Whose, as GROUP/NAME, or the id of the person or of the sandbox
    #[arg(value_name = "WHO")]
    pub who: String,
    /// The port that a program inside listens on
    #[arg(value_name = "PORT")]
    pub port: InnerPort,
}

/// Everybody that there is to share with: the owner alone is `thon port unshare`.
fn audiences() -> impl TypedValueParser<Value = Audience> {
    let others = Audience::iter().filter(|audience| *audience != Audience::Owner);
    PossibleValuesParser::new(others.map(<&'static str>::from)).try_map(|text| text.parse::<Audience>())
}
