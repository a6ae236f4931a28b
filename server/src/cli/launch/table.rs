//! The table at the end: who, in which state, where.

use serde::Serialize;
use serde_json::json;

use crate::cli::{
    client::Client,
    columns::aligned,
    error::CliError,
    wire::{Instance, SignInLink},
};

/// Links that sign people in, for a demo.
#[derive(Debug, Serialize)]
pub(super) struct Links {
    organizer: SignInLink,
    /// In the order of the instances.
    participants: Vec<SignInLink>,
}

impl Links {
    /// Asks for a fresh link for everybody.
    ///
    /// # Errors
    /// When the server gives none.
    pub async fn fresh(client: &Client, instances: &[Instance]) -> Result<Self, CliError> {
        let path = "/api/sign-in-links";
        let mut participants = Vec::with_capacity(instances.len());
        for instance in instances {
            participants.push(client.post(path, &json!({ "user": instance.label() })).await?);
        }
        Ok(Self { organizer: client.post(path, &json!({ "user": null })).await?, participants })
    }
}

/// The table, its columns as wide as they must be.
pub(super) fn drawn(instances: &[Instance], links: Option<&Links>) -> String {
    let mut rows = vec![vec!["PERSON".to_owned(), "STATE".to_owned(), "ADDRESS".to_owned()]];
    if links.is_some() {
        rows[0].push("SIGN IN WITH".to_owned());
    }
    for (nth, instance) in instances.iter().enumerate() {
        let url = instance.url.clone().unwrap_or_else(|| "-".to_owned());
        let mut row = vec![instance.label(), instance.state.to_string(), url];
        row.extend(links.and_then(|links| links.participants.get(nth)).map(|link| link.url.clone()));
        rows.push(row);
    }
    let mut drawn = aligned(&rows);
    if let Some(links) = links {
        drawn.push(String::new());
        drawn.push(format!("the organizer signs in with {}", links.organizer.url));
    }
    drawn.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(name: &str, state: &str, url: Option<&str>) -> Instance {
        let user = json!({ "group": "alpha", "username": name });
        serde_json::from_value(json!({ "user": user, "state": state, "url": url })).expect("an instance")
    }

    #[test]
    fn columns_are_aligned() {
        let instances = [
            instance("alice", "Running", Some("http://alpha-alice.localhost:8100/")),
            instance("Zo\u{eb}", "Failed", None),
        ];
        insta::assert_snapshot!(drawn(&instances, None), @r"
        PERSON       STATE    ADDRESS
        alpha/alice  Running  http://alpha-alice.localhost:8100/
        alpha/Zoë    Failed   -
        ");
    }
}
