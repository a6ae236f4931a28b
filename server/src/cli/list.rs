//! `thon list`: everybody's sandbox, as it is now.

use std::process::ExitCode;

use serde_json::json;
use thon_domain::instance::State;

use super::{
    Context,
    args::ListArguments,
    client::{Client, ClientError, percent_encoded},
    columns::{NOTHING, aligned, moment},
    error::CliError,
    wire::{Instance, InstancePage},
};

/// The largest page of the API.
const PAGE_SIZE: usize = 200;

pub(super) async fn list(arguments: ListArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    let mut instances = instances(&client, arguments.group.as_deref(), &arguments.states).await?;
    instances.sort_by_cached_key(|instance| instance.label().to_lowercase());
    if arguments.output.json {
        context.printer.json(&json!({ "instances": instances }))?;
    } else if instances.is_empty() {
        context.printer.note("there are no such sandboxes");
    } else {
        context.printer.data(drawn(&instances));
        let mut notes = instances.iter().filter_map(|instance| instance.kept_elsewhere.as_deref());
        if let Some(note) = notes.next() {
            let more = notes.count();
            let others = if more == 0 { String::new() } else { format!(" So it is for {more} more: `thon check`.") };
            context.printer.note(format_args!("{note}{others}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// All instances of one group or of all, in one of these states or in any.
///
/// # Errors
/// When the server does not answer, or knows no such group.
pub(super) async fn instances(
    client: &Client,
    group: Option<&str>,
    states: &[State],
) -> Result<Vec<Instance>, ClientError> {
    let group = group.map(|group| format!("&group={}", percent_encoded(group)));
    let filter: String = group.into_iter().chain(states.iter().map(|state| format!("&state={state}"))).collect();
    let mut instances = Vec::new();
    for page in 1.. {
        let path = format!("/api/instances?page={page}&page_size={PAGE_SIZE}{filter}");
        let InstancePage { instances: more, total } = client.get(&path).await?;
        let done = more.is_empty();
        instances.extend(more);
        if done || instances.len() >= total {
            break;
        }
    }
    Ok(instances)
}

/// The table. What is special has a column only where there is some.
fn drawn(instances: &[Instance]) -> String {
    let ends = instances.iter().any(|instance| instance.expires_at.is_some());
    let queue = instances.iter().any(|instance| instance.queue_position.is_some());
    let special = instances.iter().any(|instance| instance.ephemeral || instance.secure || instance.rescue);
    let columns = [
        ("PERSON", true),
        ("STATE", true),
        ("SINCE", true),
        ("ENDS", ends),
        ("QUEUE", queue),
        ("LAUNCHED", special),
        ("ADDRESS", true),
    ];
    let shown = |cells: [String; 7]| -> Vec<String> {
        cells.into_iter().zip(columns).filter(|(_, (_, shown))| *shown).map(|(cell, _)| cell).collect()
    };
    let mut rows = vec![shown(columns.map(|(name, _)| name.to_owned()))];
    rows.extend(instances.iter().map(|instance| shown(cells(instance))));
    aligned(&rows).join("\n")
}

fn cells(instance: &Instance) -> [String; 7] {
    [
        instance.label(),
        instance.state.to_string(),
        moment(instance.state_since),
        moment(instance.expires_at),
        instance.queue_position.map_or_else(|| NOTHING.to_owned(), |place| place.to_string()),
        launched(instance),
        instance.url.clone().unwrap_or_else(|| NOTHING.to_owned()),
    ]
}

/// What was chosen for it at its launch.
fn launched(instance: &Instance) -> String {
    let chosen = [(instance.ephemeral, "ephemeral"), (instance.secure, "secure"), (instance.rescue, "rescue")];
    let chosen: Vec<&str> = chosen.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    if chosen.is_empty() { NOTHING.to_owned() } else { chosen.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(name: &str, more: &serde_json::Value) -> Instance {
        let mut value = json!({
            "user": { "group": "alpha", "username": name },
            "state": "Running",
            "state_since": "2026-11-24T10:00:59Z",
            "url": format!("http://alpha-{name}.localhost:8100/"),
        });
        let more = more.as_object().expect("an object");
        value.as_object_mut().expect("an object").extend(more.clone());
        serde_json::from_value(value).expect("an instance")
    }

    #[test]
    fn only_what_there_is_has_a_column() {
        insta::assert_snapshot!(drawn(&[instance("alice", &json!({})), instance("bob", &json!({}))]), @r"
        PERSON       STATE    SINCE                 ADDRESS
        alpha/alice  Running  2026-11-24 10:00 UTC  http://alpha-alice.localhost:8100/
        alpha/bob    Running  2026-11-24 10:00 UTC  http://alpha-bob.localhost:8100/
        ");
        let waits = json!({ "state": "Pending", "queue_position": 2 });
        let ends = json!({ "expires_at": "2026-11-24T18:00:00Z" });
        insta::assert_snapshot!(drawn(&[instance("alice", &waits), instance("bob", &ends)]), @r"
        PERSON       STATE    SINCE                 ENDS                  QUEUE  ADDRESS
        alpha/alice  Pending  2026-11-24 10:00 UTC  -                     2      http://alpha-alice.localhost:8100/
        alpha/bob    Running  2026-11-24 10:00 UTC  2026-11-24 18:00 UTC  -      http://alpha-bob.localhost:8100/
        ");
        let chosen = json!({ "ephemeral": true, "secure": true });
        insta::assert_snapshot!(drawn(&[instance("alice", &chosen), instance("bob", &json!({}))]), @r"
        PERSON       STATE    SINCE                 LAUNCHED           ADDRESS
        alpha/alice  Running  2026-11-24 10:00 UTC  ephemeral, secure  http://alpha-alice.localhost:8100/
        alpha/bob    Running  2026-11-24 10:00 UTC  -                  http://alpha-bob.localhost:8100/
        ");
    }
}
