//! The arguments of `thon token`.

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use strum::VariantNames as _;
use thon_core::tokens::MOST_HOURS;
use thon_domain::api_token::Scope;

use super::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TokenCommand {
    /// Make one and print it, this once
    Create(CreateTokenArguments),
    /// List those that are not revoked
    List(ListTokensArguments),
    /// Revoke one, with all that were made with it
    Revoke(RevokeTokenArguments),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct CreateTokenArguments {
    /// What it is for, for example ci
    #[arg(value_name = "NAME")]
    pub name: String,
    /// How much it may do of what its owner may
    #[arg(long, value_name = "SCOPE", default_value_t, value_parser = scopes())]
    pub scope: Scope,
    /// How long it is good, in days (30d) or hours (12h)
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = hours)]
    pub expires: u32,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ListTokensArguments {
    /// Everybody's instead of one's own
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RevokeTokenArguments {
    /// Its name or its id
    #[arg(value_name = "TOKEN")]
    pub token: String,
    #[command(flatten)]
    pub output: Output,
}

fn scopes() -> impl clap::builder::TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::VARIANTS).try_map(|text| text.parse::<Scope>())
}

/// A time as people type it, in hours.
fn hours(text: &str) -> Result<u32, String> {
    let (number, hours_each) = match (text.strip_suffix('d'), text.strip_suffix('h')) {
        (Some(days), _) => (days, 24),
        (_, Some(hours)) => (hours, 1),
        _ => return Err("write days as 30d or hours as 12h".to_owned()),
    };
    let number: u32 = number.parse().map_err(|_| "write days as 30d or hours as 12h".to_owned())?;
    let hours = number.checked_mul(hours_each).filter(|hours| (1..=MOST_HOURS).contains(hours));
    hours.ok_or_else(|| format!("a token lasts from 1h to {}d", MOST_HOURS / 24))
}

#[cfg(test)]
mod tests {
    use thon_core::tokens::USUAL_HOURS;

    use super::*;

    #[test]
    fn times_are_days_or_hours() {
        assert_eq!(hours("90d"), Ok(USUAL_HOURS), "the usual one is that of the server");
        assert_eq!((hours("1h"), hours("366d")), (Ok(1), Ok(MOST_HOURS)));
        for bad in ["", "d", "30", "1.5d", "-1d", "0h", "367d", "99999999999d", "4294967295d", "2w"] {
            assert!(hours(bad).is_err(), "{bad}");
        }
    }
}
