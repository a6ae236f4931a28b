//! `thon capacity`: how many sandboxes the machine carries, and what a launch is warned about.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use thon_core::capacity::size;

use super::{
    Context,
    args::CapacityArguments,
    client::{Client, percent_encoded},
    confirm::confirmed,
    error::CliError,
};

const PATH: &str = "/api/system/capacity";

/// What the server told, with everything that `--json` passes on.
#[derive(Debug, Deserialize, Serialize)]
struct Capacity {
    sentence: String,
    warning: Option<String>,
    oversubscribed: bool,
    usual: Usual,
    host: Host,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Usual {
    memory_bytes: u64,
    basis: String,
    measured: u32,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Host {
    memory_bytes: u64,
    cores: u32,
    disk_free_bytes: Option<u64>,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

pub(super) async fn capacity(arguments: CapacityArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    let query = arguments.users.map(|users| format!("?users={users}")).unwrap_or_default();
    let capacity: Capacity = client.get(&format!("{PATH}{query}")).await?;
    if arguments.output.json {
        context.printer.json(&capacity)?;
    } else {
        context.printer.data(told(&capacity));
    }
    Ok(ExitCode::SUCCESS)
}

/// The sentence, then what it rests on.
fn told(capacity: &Capacity) -> String {
    let Capacity { sentence, usual, host, .. } = capacity;
    let usual = match (usual.basis.as_str(), usual.measured) {
        ("measured", measured) => format!("measured on {measured} that run"),
        (_, 0) => "as documented; none runs yet".to_owned(),
        (_, measured) => format!("as documented; too few run to measure ({measured})"),
    };
    let disk = host.disk_free_bytes.map(|free| format!(", {} of disk free", size(rounded(free)))).unwrap_or_default();
    format!(
        "{sentence}\nsomebody at work takes {}: {usual}\nthe machine has {} of memory, {} cores{disk}",
        size(rounded(capacity.usual.memory_bytes)),
        size(rounded(host.memory_bytes)),
        host.cores,
    )
}

/// To whole MiB, or whole GiB from ten on: people compare sizes, they do not add them.
fn rounded(bytes: u64) -> u64 {
    let unit = if bytes >= 10 << 30 { 1 << 30 } else { 1 << 20 };
    bytes / unit * unit
}

/// Warns of a launch that does not fit; asks where people would run out of memory. False means that it is left.
///
/// # Errors
/// When nobody can be asked, or the server does not answer.
pub(super) async fn may_launch(
    client: &Client,
    context: &Context,
    group: Option<&str>,
    yes: bool,
) -> Result<bool, CliError> {
    let query = group.map(|group| format!("?group={}", percent_encoded(group))).unwrap_or_default();
    let capacity: Capacity = match client.get(&format!("{PATH}{query}")).await {
        Ok(capacity) => capacity,
        Err(error) => {
            // A launch is not for want of a figure to fail.
            context.printer.detail(format_args!("whether they fit is not known: {error}"));
            return Ok(true);
        }
    };
    let Some(warning) = capacity.warning else { return Ok(true) };
    context.printer.warning(&warning);
    if !capacity.oversubscribed || yes {
        return Ok(true);
    }
    confirmed(context, "launch them all the same?", "nothing was launched")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn capacity(usual: &serde_json::Value) -> Capacity {
        let host = json!({ "memory_bytes": 25_275_015_168_u64, "cores": 8, "disk_free_bytes": 123_456_789_012_u64 });
        serde_json::from_value(json!({
            "sentence": "fits 11 of 150 at 2 GiB; oversubscribed after 56",
            "warning": null, "oversubscribed": true, "usual": usual, "host": host,
        }))
        .expect("an answer")
    }

    #[test]
    fn what_it_rests_on_is_told() {
        let measured = json!({ "memory_bytes": 500 << 20, "basis": "measured", "measured": 12 });
        insta::assert_snapshot!(told(&capacity(&measured)), @r"
        fits 11 of 150 at 2 GiB; oversubscribed after 56
        somebody at work takes 500 MiB: measured on 12 that run
        the machine has 23 GiB of memory, 8 cores, 114 GiB of disk free
        ");
        let few = json!({ "memory_bytes": 409 << 20, "basis": "documented", "measured": 2 });
        assert!(told(&capacity(&few)).contains("409 MiB: as documented; too few run to measure (2)"));
        let none = json!({ "memory_bytes": 409 << 20, "basis": "documented", "measured": 0 });
        assert!(told(&capacity(&none)).contains("as documented; none runs yet"));
    }
}
