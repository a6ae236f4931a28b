//! The diff of an import, drawn for people: `+` is made, `~` is changed, `?` is there without being in the file.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::cli::error::CliError;

/// What an import would do, as the server told it.
#[derive(Debug, Deserialize)]
pub(super) struct Diff {
    groups_created: usize,
    users_created: usize,
    changed: usize,
    unchanged: usize,
    missing: usize,
    event: Entry,
    groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    name: String,
    verdict: Verdict,
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Group {
    #[serde(flatten)]
    group: Entry,
    users: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Change {
    field: String,
    old: Option<String>,
    new: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Create,
    Change,
    Unchanged,
    Missing,
}

impl Diff {
    pub fn read(answer: &Value) -> Result<Self, CliError> {
        Self::deserialize(answer).map_err(|error| {
            CliError::ours(format!("the server answered something else than a diff: {error}"))
                .with_hint("is the server of the same version as this `thon`?")
        })
    }

    pub fn changes_something(&self) -> bool {
        let event = matches!(self.event.verdict, Verdict::Create | Verdict::Change);
        event || self.groups_created + self.users_created + self.changed > 0
    }

    /// Everything but what is unchanged, and a sum of it all.
    pub fn drawn(&self) -> String {
        let mut drawn = String::new();
        self.event.draw(&mut drawn, "event ", false);
        for Group { group, users } in &self.groups {
            let has_news = users.iter().any(|user| user.verdict != Verdict::Unchanged);
            group.draw(&mut drawn, "", has_news);
            for user in users {
                user.draw(&mut drawn, "  ", false);
            }
        }
        let Self { groups_created, users_created, changed, unchanged, missing, .. } = self;
        let _ = write!(
            drawn,
            "{} and {} to make, {changed} to change, {unchanged} unchanged, {missing} not in the file (they stay)",
            counted(*groups_created, "group"),
            counted(*users_created, "user"),
        );
        drawn
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl Entry {
    /// One line, or none where there is nothing to say.
    fn draw(&self, drawn: &mut String, before: &str, even_so: bool) {
        let sign = match self.verdict {
            Verdict::Create => '+',
            Verdict::Change => '~',
            Verdict::Missing => '?',
            Verdict::Unchanged if even_so => ' ',
            Verdict::Unchanged => return,
        };
        let _ = write!(drawn, "{sign} {before}{}", self.name);
        for Change { field, old, new } in &self.changes {
            let new = new.as_deref().unwrap_or("none");
            let _ = match old {
                Some(old) => write!(drawn, "  {field}: {old} -> {new}"),
                None => write!(drawn, "  {field}: {new}"),
            };
        }
        drawn.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_new_is_shown_and_the_rest_counted() {
        let user =
            |name: &str, verdict: &str, changes: Value| json!({"name": name, "verdict": verdict, "changes": changes});
        let mail = json!([{"field": "email", "old": "b@x.example", "new": "c@x.example"}]);
        let diff = Diff::read(&json!({
            "groups_created": 1, "users_created": 1, "changed": 1, "unchanged": 2, "missing": 1,
            "event": {"name": "spring", "verdict": "change", "changes": [{"field": "title", "old": null, "new": "Spring"}]},
            "groups": [
                {"name": "alpha", "verdict": "unchanged",
                 "users": [user("alice", "unchanged", json!([])), user("bob", "change", mail)]},
                {"name": "beta", "verdict": "create", "users": [user("carol", "create", json!([]))]},
                {"name": "gamma", "verdict": "missing", "users": []},
                {"name": "delta", "verdict": "unchanged", "users": []},
            ],
        }))
        .expect("a diff");
        assert!(diff.changes_something());
        insta::assert_snapshot!(diff.drawn(), @r"
        ~ event spring  title: Spring
          alpha
        ~   bob  email: b@x.example -> c@x.example
        + beta
        +   carol
        ? gamma
        1 group and 1 user to make, 1 to change, 2 unchanged, 1 not in the file (they stay)
        ");
    }
}
