//! The arguments of `thon init`.

use std::net::IpAddr;

use clap::{Args, ValueEnum};

use crate::config::{DomainName, Email, Runtime};

#[derive(Args, Debug)]
pub(in crate::cli) struct InitArguments {
    /// How the sandboxes are addressed
    #[arg(long, value_enum, value_name = "TIER")]
    pub tier: Option<TierChoice>,
    /// The domain under which every sandbox has a name
    #[arg(long, value_name = "NAME", value_parser = domain)]
    pub domain: Option<DomainName>,
    /// Whom Let's Encrypt writes to; naming somebody agrees to its terms
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    pub email: Option<Email>,
    /// The address under which the machine is reached; without it the one of the default route
    #[arg(long, value_name = "IP")]
    pub external_ip: Option<IpAddr>,
    /// Whether nginx stands in front
    #[arg(long, value_enum, value_name = "FORM")]
    pub nginx: Option<NginxChoice>,
    /// What runs the sandboxes: docker or simulated
    #[arg(long, value_name = "RUNTIME", value_parser = runtime)]
    pub runtime: Option<Runtime>,
    /// Ask nothing: flags and defaults decide, and a file that is there stays
    #[arg(long)]
    pub non_interactive: bool,
    /// Ask nothing, and put the new file in the place of one that is there
    #[arg(short, long)]
    pub yes: bool,
}

/// The ways to address sandboxes that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TierChoice {
    /// On this machine only, at names under localhost
    Local,
    /// A name for each sandbox under a domain, over HTTPS
    Domain,
    /// A port for each sandbox at the machine's address, over HTTPS
    Address,
    /// A path for each sandbox under one name or address, over HTTPS: they all share one origin
    Path,
}

/// What stands between browsers and THON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum NginxChoice {
    /// Nothing: THON speaks HTTPS itself
    None,
    /// nginx, which leads everything to THON
    Front,
    /// nginx, which leads to running editors by itself
    Generated,
}

fn domain(text: &str) -> Result<DomainName, String> {
    text.parse().map_err(|_| "a domain name is written like thon.example.org".to_owned())
}

fn email(text: &str) -> Result<Email, String> {
    text.parse().map_err(|_| "an e-mail address is written like name@example.org".to_owned())
}

fn runtime(text: &str) -> Result<Runtime, String> {
    text.parse().map_err(|_| "there are: docker, simulated".to_owned())
}
