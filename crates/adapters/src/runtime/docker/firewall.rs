//! Keeps the rules of the packet filter as THON wants them, where THON may, and says so where it may not.

mod rules;

use std::sync::{Mutex, PoisonError};

use thon_core::port::runtime::Enforcement;

use self::rules::{Chain, Family, Wanted};
use super::DockerOptions;
use crate::command::{self, CommandError};

/// How long to wait for somebody else who changes rules, in seconds.
const LOCK_WAIT_S: &str = "5";

/// The rules of one kind of bridges.
#[derive(Debug)]
pub(super) struct Firewall {
    wanted: Wanted,
    /// Whether the sandboxes are on this host, whose filter is the only one in reach.
    local: bool,
    /// What came of the last try, so that a start of a sandbox need not try again.
    outcome: Mutex<Option<Enforcement>>,
}

impl Firewall {
    pub(super) fn new(options: &DockerOptions, local: bool) -> Self {
        let wanted = Wanted { prefix: options.network_prefix.clone(), listener: options.sandbox_listener_port };
        Self { wanted, local, outcome: Mutex::default() }
    }

    /// Makes the rules unless that was tried before.
    pub(super) async fn ensure(&self) {
        let tried = self.outcome.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if !tried {
            self.apply().await;
        }
    }

    /// Makes the rules anew, which changes nothing where they are as they should be.
    pub(super) async fn apply(&self) -> Enforcement {
        let outcome = if self.local {
            self.applied().await.map_or_else(|error| self.missing(error.to_string()), |()| Enforcement::Enforced)
        } else {
            self.missing("Docker runs on another machine, where the rules have to be made".to_owned())
        };
        if let Enforcement::NotEnforced { why, .. } = &outcome {
            tracing::warn!(why, "sandboxes are not kept away from this host");
        }
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome.clone());
        outcome
    }

    async fn applied(&self) -> Result<(), CommandError> {
        for family in Family::BOTH {
            match self.apply_to(family).await {
                // A host without it has no IPv6 to filter, or nobody who filters it.
                Err(CommandError::Missing(_)) if family == Family::V6 => {}
                applied => applied?,
            }
        }
        Ok(())
    }

    async fn apply_to(&self, family: Family) -> Result<(), CommandError> {
        let restore = format!("{}-restore", family.program());
        command::run(&restore, &["--noflush", "-w", LOCK_WAIT_S], &self.wanted.restore(family)).await?;
        for chain in self.wanted.chains() {
            hook(family, &chain).await?;
        }
        Ok(())
    }

    fn missing(&self, why: String) -> Enforcement {
        let v4 = self.wanted.commands(Family::V4);
        let commands = v4.into_iter().chain(self.wanted.commands(Family::V6)).map(|line| format!("sudo {line}"));
        Enforcement::NotEnforced { why, commands: commands.collect() }
    }

    /// Takes the rules away. What is not there is fine.
    pub(super) async fn clear(&self) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = None;
        for family in Family::BOTH {
            for chain in self.wanted.chains() {
                while iptables(family, &chain.jump("-D")).await.is_ok() {}
                for act in ["-F", "-X"] {
                    if let Err(error) = iptables(family, &["-t", chain.table, act, &chain.name]).await {
                        tracing::debug!(%error, "a chain was not there");
                    }
                }
            }
        }
    }
}

/// Makes the kernel's chain ask ours first, unless it asks already.
async fn hook(family: Family, chain: &Chain) -> Result<(), CommandError> {
    if iptables(family, &chain.jump("-C")).await.is_ok() {
        return Ok(());
    }
    iptables(family, &chain.jump("-I")).await
}

async fn iptables(family: Family, arguments: &[&str]) -> Result<(), CommandError> {
    let all: Vec<&str> = ["-w", LOCK_WAIT_S].into_iter().chain(arguments.iter().copied()).collect();
    command::run(family.program(), &all, "").await.map(drop)
}
