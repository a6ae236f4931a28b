//! The questions, and what is known before they are asked.

use std::net::IpAddr;

use thon_domain::network::{in_url, is_private};

use super::{asker::Asker, earlier::Earlier};
use crate::{
    cli::{
        args::{InitArguments, NginxChoice, TierChoice},
        error::CliError,
    },
    config::{Config, DomainName, EdgeTier, Email, NginxForm, Runtime},
};

/// What is known before anybody is asked.
pub(super) struct Known<'k> {
    pub arguments: &'k InitArguments,
    pub earlier: &'k Earlier,
    /// The address of the default route.
    pub outward: Option<IpAddr>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answers {
    pub tier: TierChoice,
    pub domain: Option<DomainName>,
    pub email: Option<Email>,
    pub external_ip: Option<IpAddr>,
    pub nginx: NginxChoice,
    pub runtime: Runtime,
}

impl Known<'_> {
    /// The address under which this machine is reached, as far as that is known.
    fn address(&self) -> Option<IpAddr> {
        let earlier = self.earlier.config.as_ref().and_then(|config| config.network.external_ip);
        self.arguments.external_ip.or(earlier).or(self.outward)
    }

    /// What stood in front by the earlier configuration.
    pub fn earlier_nginx(&self) -> NginxChoice {
        match self.earlier.config.as_ref().map(|config| &config.nginx) {
            Some(nginx) if nginx.enabled => match nginx.server.form {
                NginxForm::Front => NginxChoice::Front,
                NginxForm::Generated => NginxChoice::Generated,
            },
            _ => NginxChoice::None,
        }
    }

    /// The tier of the earlier configuration.
    pub fn earlier_tier(&self) -> TierChoice {
        self.earlier.config.as_ref().map_or(TierChoice::Local, tier_of)
    }
}

impl Answers {
    /// Asks for what no flag has said.
    pub fn ask(known: &Known<'_>, asker: &mut dyn Asker) -> Result<Self, CliError> {
        let tier = tier(known, asker)?;
        if let (Some(domain), TierChoice::Local | TierChoice::Address) = (&known.arguments.domain, tier) {
            let error = CliError::user(format!("--domain {domain} has no part in this tier"));
            return Err(error.with_hint("leave it out, or take --tier domain or --tier path"));
        }
        let is_local = tier == TierChoice::Local;
        let external_ip = if is_local { known.arguments.external_ip } else { external_ip(known, asker)? };
        let domain = match tier {
            TierChoice::Domain => Some(domain(known, external_ip, asker)?),
            TierChoice::Path => name(known, asker)?,
            TierChoice::Local | TierChoice::Address => None,
        };
        let email = if is_local { known.arguments.email.clone() } else { email(known, asker)? };
        let nginx =
            if is_local { known.arguments.nginx.unwrap_or(known.earlier_nginx()) } else { nginx(known, asker)? };
        Ok(Self { tier, domain, email, external_ip, nginx, runtime: runtime(known, asker)? })
    }

    /// Where the dashboard will be.
    pub fn dashboard(&self) -> String {
        let host = self.domain.as_ref().map(ToString::to_string).or_else(|| self.external_ip.map(in_url));
        match host {
            Some(host) if self.tier != TierChoice::Local => format!("https://{host}/"),
            _ => "the link that it prints".to_owned(),
        }
    }

    /// What to know before it is started.
    pub fn warnings(&self, known: &Known<'_>) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.tier == TierChoice::Path {
            warnings.push(
                "all sandboxes share one origin with the dashboard: whatever runs in one can act as whoever opens it. \
                 Only among people who trust each other"
                    .to_owned(),
            );
        }
        if self.tier != TierChoice::Local && known.arguments.external_ip.is_none() {
            match self.external_ip {
                Some(address) if is_private(address) => warnings.push(format!(
                    "{address} is a private address: only machines of the same network reach it; from elsewhere a \
                     forwarding to it is needed, and --external-ip says which address the world sees"
                )),
                None => warnings.push("no address of this machine was found: it has no default route".to_owned()),
                Some(_) => {}
            }
        }
        warnings
    }
}

/// The tier that a configuration asks for, or leads to.
fn tier_of(config: &Config) -> TierChoice {
    let is_open = config.edge.https_port.is_some() || config.nginx.enabled;
    match config.edge.tier {
        EdgeTier::Domain => TierChoice::Domain,
        EdgeTier::Address => TierChoice::Address,
        EdgeTier::Path => TierChoice::Path,
        EdgeTier::Auto if config.nginx.domain.is_some() => TierChoice::Domain,
        EdgeTier::Auto if is_open => TierChoice::Address,
        EdgeTier::Auto | EdgeTier::Local => TierChoice::Local,
    }
}

fn tier(known: &Known<'_>, asker: &mut dyn Asker) -> Result<TierChoice, CliError> {
    let choices = [
        (TierChoice::Local, "on this machine only, at names under localhost"),
        (TierChoice::Domain, "for everybody, a name for each sandbox under a domain"),
        (TierChoice::Address, "for everybody, a port for each sandbox at this machine's address"),
        (TierChoice::Path, "among people who trust each other, a path for each sandbox under one name"),
    ];
    if let Some(tier) = known.arguments.tier {
        return Ok(tier);
    }
    if known.arguments.domain.is_some() {
        return Ok(TierChoice::Domain);
    }
    let proposal = choices.iter().position(|(tier, _)| *tier == known.earlier_tier()).unwrap_or_default();
    let chosen = asker.choose("Who opens the sandboxes, and where?", &choices.map(|(_, words)| words), proposal)?;
    Ok(choices.get(chosen).map_or(TierChoice::Local, |(tier, _)| *tier))
}

fn external_ip(known: &Known<'_>, asker: &mut dyn Asker) -> Result<Option<IpAddr>, CliError> {
    if known.arguments.external_ip.is_some() {
        return Ok(known.arguments.external_ip);
    }
    let found = known.address().map(|address| address.to_string()).unwrap_or_default();
    let check = |text: &str| match text.parse::<IpAddr>() {
        Err(_) if !text.is_empty() => Err("an IP address is written like 203.0.113.7; empty means unknown".to_owned()),
        _ => Ok(()),
    };
    Ok(asker.text("Under which address is this machine reached?", &found, &check)?.parse().ok())
}

fn domain(known: &Known<'_>, address: Option<IpAddr>, asker: &mut dyn Asker) -> Result<DomainName, CliError> {
    if let Some(domain) = &known.arguments.domain {
        return Ok(domain.clone());
    }
    let earlier = known.earlier.config.as_ref().and_then(|config| config.nginx.domain.as_ref());
    let proposal = earlier.map(ToString::to_string).or_else(|| address.map(wildcard_name)).unwrap_or_default();
    let question = "Which domain? It and every name under it must lead to this machine.";
    let check = |text: &str| match text.parse::<DomainName>() {
        Ok(_) => Ok(()),
        Err(_) => Err("a domain name is written like thon.example.org".to_owned()),
    };
    let text = asker.text(question, &proposal, &check)?;
    text.parse().map_err(|_| CliError::user(format!("{text} is no domain name")))
}

/// The one name of everything, where there is one.
fn name(known: &Known<'_>, asker: &mut dyn Asker) -> Result<Option<DomainName>, CliError> {
    if known.arguments.domain.is_some() {
        return Ok(known.arguments.domain.clone());
    }
    let earlier = known.earlier.config.as_ref().and_then(|config| config.nginx.domain.as_ref());
    let proposal = earlier.map(ToString::to_string).unwrap_or_default();
    let check = |text: &str| match text.parse::<DomainName>() {
        Err(_) if !text.is_empty() => {
            Err("a domain name is written like thon.example.org; empty means the address".to_owned())
        }
        _ => Ok(()),
    };
    Ok(asker.text("Which name leads to this machine? Empty means its address.", &proposal, &check)?.parse().ok())
}

/// A public name of an address, under which every name leads to that address too (<https://sslip.io>).
fn wildcard_name(address: IpAddr) -> String {
    // A label must not begin or end in a dash, as those of `::1` or `fe80::` would.
    let written = match address {
        IpAddr::V4(address) => address.to_string().replace('.', "-"),
        IpAddr::V6(address) => address.segments().map(|segment| format!("{segment:x}")).join("-"),
    };
    format!("{written}.sslip.io")
}

fn email(known: &Known<'_>, asker: &mut dyn Asker) -> Result<Option<Email>, CliError> {
    if known.arguments.email.is_some() {
        return Ok(known.arguments.email.clone());
    }
    let earlier = known.earlier.config.as_ref().and_then(|config| config.nginx.certbot_email.as_ref());
    let proposal = earlier.map(ToString::to_string).unwrap_or_default();
    let question = "Whom may Let's Encrypt write to? Naming somebody agrees to its terms; empty means nobody.";
    let check = |text: &str| match text.parse::<Email>() {
        Err(_) if !text.is_empty() => Err("an e-mail address is written like name@example.org".to_owned()),
        _ => Ok(()),
    };
    Ok(asker.text(question, &proposal, &check)?.parse().ok())
}

fn nginx(known: &Known<'_>, asker: &mut dyn Asker) -> Result<NginxChoice, CliError> {
    let choices = [
        (NginxChoice::None, "nothing: THON speaks HTTPS itself"),
        (NginxChoice::Front, "nginx, which leads everything to THON"),
        (NginxChoice::Generated, "nginx, which leads to running editors by itself"),
    ];
    if let Some(nginx) = known.arguments.nginx {
        return Ok(nginx);
    }
    let proposal = choices.iter().position(|(nginx, _)| *nginx == known.earlier_nginx()).unwrap_or_default();
    let chosen = asker.choose("What stands in front?", &choices.map(|(_, words)| words), proposal)?;
    Ok(choices.get(chosen).map_or(NginxChoice::None, |(nginx, _)| *nginx))
}

fn runtime(known: &Known<'_>, asker: &mut dyn Asker) -> Result<Runtime, CliError> {
    if let Some(runtime) = known.arguments.runtime {
        return Ok(runtime);
    }
    let choices = [Runtime::Docker, Runtime::Simulated];
    let earlier = known.earlier.config.as_ref().map_or(Runtime::default(), |config| config.sandbox.runtime);
    let proposal = choices.iter().position(|runtime| *runtime == earlier).unwrap_or_default();
    let words = ["Docker", "nothing: sandboxes in memory, to look around"];
    let chosen = asker.choose("What runs the sandboxes?", &words, proposal)?;
    Ok(choices.get(chosen).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests;
