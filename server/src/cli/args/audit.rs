//! The arguments of `thon audit`.

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use strum::IntoEnumIterator as _;
use thon_domain::{
    audit::{Deed, Outcome},
    page::MAX_SIZE,
};

use super::Output;

#[derive(Args, Debug)]
pub(in crate::cli) struct AuditArguments {
    /// Only what people with this in their name did
    #[arg(long, value_name = "NAME")]
    pub who: Option<String>,
    /// Only what was done to this, for example alpha/alice
    #[arg(long, value_name = "NAME")]
    pub object: Option<String>,
    /// Only this, for example launch
    #[arg(long, value_name = "DEED", value_parser = deeds(), hide_possible_values = true)]
    pub deed: Option<Deed>,
    /// Only what came to this: done, refused or failed
    #[arg(long, value_name = "OUTCOME", value_parser = outcomes(), hide_possible_values = true)]
    pub outcome: Option<Outcome>,
    /// Not before this time, for example 2026-11-24T10:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// How many lines, from 1 to 200
    #[arg(long, value_name = "LINES", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SIZE)))]
    pub last: u32,
    #[command(flatten)]
    pub output: Output,
}

fn deeds() -> impl clap::builder::TypedValueParser<Value = Deed> {
    PossibleValuesParser::new(Deed::iter().map(<&'static str>::from)).try_map(|text| text.parse::<Deed>())
}

fn outcomes() -> impl clap::builder::TypedValueParser<Value = Outcome> {
    PossibleValuesParser::new(Outcome::iter().map(<&'static str>::from)).try_map(|text| text.parse::<Outcome>())
}
