//! `thon audit`: who did what, on what, from where, and what came of it.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thon_domain::audit::{Deed, Outcome, Via};

use super::{
    Context,
    args::AuditArguments,
    client::percent_encoded,
    columns::{NOTHING, aligned},
    error::CliError,
};

/// A page of the audit, as far as the table tells it; the rest is passed on.
#[derive(Deserialize, Serialize)]
struct Page {
    audit: Vec<Line>,
    total: u64,
}

#[derive(Deserialize, Serialize)]
struct Line {
    at: DateTime<Utc>,
    who: String,
    via: Via,
    address: Option<String>,
    deed: Deed,
    detail: String,
    object: Option<String>,
    outcome: Outcome,
    reason: Option<String>,
    times: u32,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

pub(super) async fn audit(asked: AuditArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    let page: Page = context.client()?.get(&format!("/api/audit?{}", query(&asked))).await?;
    if asked.output.json {
        context.printer.json(&page)?;
    } else if page.audit.is_empty() {
        context.printer.note("there is nothing of that");
    } else {
        context.printer.data(drawn(&page.audit));
        let more = page.total.saturating_sub(page.audit.len() as u64);
        if more > 0 {
            context.printer.note(format_args!("{more} earlier ones: narrow it down, or --last 200"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn query(asked: &AuditArguments) -> String {
    let said = [
        ("who", asked.who.clone()),
        ("object", asked.object.clone()),
        ("deed", asked.deed.map(|deed| deed.to_string())),
        ("outcome", asked.outcome.map(|outcome| outcome.to_string())),
        ("since", asked.since.clone()),
        ("until", asked.until.clone()),
    ];
    let said = said.into_iter().filter_map(|(key, value)| Some(format!("{key}={}&", percent_encoded(&value?))));
    format!("{}page_size={}", said.collect::<String>(), asked.last)
}

/// The table, the newest first.
fn drawn(lines: &[Line]) -> String {
    let head = ["TIME", "WHO", "FROM", "WHAT", "ON", "OUTCOME"].map(str::to_owned);
    let rows = lines.iter().map(|line| {
        let from = line.address.clone().unwrap_or_else(|| line.via.to_string().replace('_', " "));
        let times = if line.times > 1 { format!(", {} times", line.times) } else { String::new() };
        let why = line.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let detail = if line.detail.is_empty() { String::new() } else { format!(" ({})", line.detail) };
        [
            line.at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            if line.who.is_empty() { "nobody known".to_owned() } else { line.who.clone() },
            from,
            format!("{}{detail}", line.deed.words()),
            line.object.clone().unwrap_or_else(|| NOTHING.to_owned()),
            format!("{}{times}{why}", line.outcome),
        ]
    });
    let rows: Vec<Vec<String>> = [head].into_iter().chain(rows).map(Vec::from).collect();
    aligned(&rows).join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_line_tells_who_what_and_what_came_of_it() {
        let page: Page = serde_json::from_value(json!({ "total": 2, "audit": [
            { "number": 2, "at": "2026-11-24T10:00:59Z", "who": "", "via": "page", "address": "192.0.2.7", "deed": "sign_in",
              "detail": "", "object": null, "outcome": "refused", "reason": "The password is wrong.", "times": 3 },
            { "number": 1, "at": "2026-11-24T09:00:00Z", "who": "operator", "via": "command_line", "address": null,
              "deed": "edit_users", "detail": "created", "object": "alpha/alice", "outcome": "done", "reason": null, "times": 1 },
        ] }))
        .expect("a page");
        insta::assert_snapshot!(drawn(&page.audit), @r"
        TIME                     WHO           FROM          WHAT                  ON           OUTCOME
        2026-11-24 10:00:59 UTC  nobody known  192.0.2.7     Sign in               -            refused, 3 times: The password is wrong.
        2026-11-24 09:00:00 UTC  operator      command line  Edit users (created)  alpha/alice  done
        ");
        assert_eq!(page.audit[0].rest["number"], 2, "whatever else there is is passed on");
    }
}
