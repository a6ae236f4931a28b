//! `thon nginx`: the nginx in front, as the server keeps it.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::{
    Context,
    args::{NginxCommand, Output},
    columns::aligned,
    error::{CliError, Fault},
};

const PATH: &str = "/api/nginx";

/// What the server told, with everything that `--json` passes on.
#[derive(Debug, Deserialize, Serialize)]
struct Status {
    available: bool,
    config_path: String,
    mode: Option<String>,
    version: Option<String>,
    in_line: bool,
    trouble: Option<String>,
    files: Vec<String>,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

/// What was done.
#[derive(Debug, Deserialize, Serialize)]
struct Done {
    status: String,
    ports: Vec<u16>,
}

pub(super) async fn nginx(command: NginxCommand, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    match command {
        NginxCommand::Status(output) => {
            let status = client.get(&format!("{PATH}/status")).await?;
            tell(&status, output, context)
        }
        NginxCommand::Sync(output) => {
            let done: Done = client.post(&format!("{PATH}/sync"), &()).await?;
            say(&done, "nginx has what it should", output, context)
        }
        NginxCommand::Cleanup(output) => {
            let done: Done = client.post(&format!("{PATH}/cleanup"), &()).await?;
            say(&done, "nginx has nothing of THON's any more; `thon nginx sync` brings it back", output, context)
        }
    }
}

/// An nginx that does not have what it should is told by the exit code too, for whoever watches over it.
fn tell(status: &Status, output: Output, context: &Context) -> Result<ExitCode, CliError> {
    if output.json {
        context.printer.json(status)?;
    } else {
        context.printer.data(told(status));
    }
    if let Some(trouble) = &status.trouble {
        context.printer.warning(trouble);
    }
    Ok(if status.trouble.is_some() { Fault::User.exit_code() } else { ExitCode::SUCCESS })
}

fn say(done: &Done, words: &str, output: Output, context: &Context) -> Result<ExitCode, CliError> {
    if output.json {
        context.printer.json(done)?;
    } else {
        context.printer.data(words);
    }
    Ok(ExitCode::SUCCESS)
}

fn told(status: &Status) -> String {
    let Some(mode) = &status.mode else {
        return "no nginx stands in front; THON answers by itself (`nginx.enabled`)".to_owned();
    };
    let state = match (status.in_line, status.files.is_empty()) {
        (true, _) => "has what it should",
        (false, true) => "has nothing of THON's",
        (false, false) => "does not have what it should",
    };
    let rows = [
        ("nginx", status.version.clone().unwrap_or_else(|| "not installed".to_owned())),
        ("mode", mode.clone()),
        ("state", state.to_owned()),
        ("file", status.config_path.clone()),
    ];
    aligned(&rows.map(|(name, value)| vec![name.to_owned(), value])).join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nginx_is_told_in_a_few_lines() {
        let status = |mode: Option<&str>, in_line| -> Status {
            serde_json::from_value(json!({
                "available": true, "external_ip": "", "ssl_configured": true, "ports": [], "mode": mode, "version": "1.22.1",
                "config_path": "/etc/nginx/sites-available/sandbox-thon", "in_line": in_line, "trouble": null,
                "files": ["/etc/nginx/sites-available/sandbox-thon"], "reloads": 1,
            }))
            .expect("a status")
        };
        insta::assert_snapshot!(told(&status(Some("front"), true)), @r"
        nginx  1.22.1
        mode   front
        state  has what it should
        file   /etc/nginx/sites-available/sandbox-thon
        ");
        assert!(told(&status(Some("front"), false)).contains("does not have what it should"));
        assert!(told(&status(None, false)).starts_with("no nginx stands in front"));
    }
}
