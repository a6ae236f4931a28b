//! Which sandboxes are meant: by person, by id, by group, or all.

use crate::{
    cli::{args::Chosen, client::Client, error::CliError, list, wire::Instance},
    config::nearest,
};

use super::Act;

/// The sandboxes that were chosen, in the order of their names. Of a group or of all only those that it makes sense for.
///
/// # Errors
/// When the server does not answer, or somebody is named who has no sandbox.
pub(super) async fn made(client: &Client, chosen: &Chosen, act: Act) -> Result<Vec<Instance>, CliError> {
    let mut instances = list::instances(client, chosen.group.as_deref(), &[]).await?;
    instances.sort_by_cached_key(|instance| instance.label().to_lowercase());
    if chosen.who.is_empty() {
        instances.retain(|instance| act.suits(instance.state));
        return Ok(instances);
    }
    named(&chosen.who, instances)
}

/// Those who are named, each once.
///
/// # Errors
/// When somebody has no sandbox.
pub(in crate::cli) fn named(who: &[String], instances: Vec<Instance>) -> Result<Vec<Instance>, CliError> {
    let unknown: Vec<&String> =
        who.iter().filter(|wanted| !instances.iter().any(|instance| is_meant(wanted, instance))).collect();
    if unknown.is_empty() {
        let meant = |instance: &Instance| who.iter().any(|wanted| is_meant(wanted, instance));
        return Ok(instances.into_iter().filter(meant).collect());
    }
    let labels: Vec<String> = instances.iter().map(Instance::label).collect();
    let lines: Vec<String> = unknown
        .iter()
        .map(|wanted| match nearest(wanted, labels.iter().map(String::as_str)) {
            Some(near) => format!("{wanted} has no sandbox; did you mean {near}?"),
            None => format!("{wanted} has no sandbox"),
        })
        .collect();
    Err(CliError::user(lines.join("\n")).with_hint("`thon list` shows who has one"))
}

fn is_meant(wanted: &str, instance: &Instance) -> bool {
    let person = instance.user.id().is_some_and(|id| id.eq_ignore_ascii_case(wanted));
    let sandbox = instance.id.is_some_and(|id| wanted.parse() == Ok(id));
    person || sandbox || instance.label().to_lowercase() == wanted.to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn instances() -> Vec<Instance> {
        let instance = |name: &str, n: u128| {
            let user = json!({ "group": "alpha", "username": name, "id": id(n + 10) });
            serde_json::from_value(json!({ "user": user, "state": "Running", "id": id(n) })).expect("an instance")
        };
        vec![instance("alice", 1), instance("Zo\u{eb}", 2)]
    }

    fn id(n: u128) -> String {
        uuid::Uuid::from_u128(n).to_string()
    }

    #[test]
    fn people_are_named_by_name_or_by_id_and_count_once() {
        let found = |who: &[&str]| {
            let who: Vec<String> = who.iter().map(|who| (*who).to_owned()).collect();
            let found = named(&who, instances()).map_err(|error| error.to_string())?;
            Ok(found.iter().map(Instance::label).collect::<Vec<_>>())
        };
        assert_eq!(found(&["ALPHA/alice", &id(1), &id(11)]), Ok(vec!["alpha/alice".to_owned()]));
        assert_eq!(found(&[&id(2), "alpha/zo\u{eb}"]), Ok(vec!["alpha/Zo\u{eb}".to_owned()]));
        let refused: Result<Vec<String>, String> = found(&["alpha/alic", "9"]);
        insta::assert_snapshot!(refused.expect_err("nobody"), @r"
        alpha/alic has no sandbox; did you mean alpha/alice?
        9 has no sandbox
        hint: `thon list` shows who has one
        ");
    }
}
