//! `thon cert`: the certificate of the server, a new one, and the root to trust.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Context,
    args::{CertCommand, ExportCaArguments, Output},
    client::Client,
    columns::{aligned, moment},
    error::{CliError, Fault},
};

const PATH: &str = "/api/certificates";

/// What the server told, with everything that `--json` passes on.
#[derive(Debug, Deserialize, Serialize)]
struct Status {
    authority: String,
    wanted: Vec<String>,
    certificate: Option<Certificate>,
    concern: Option<String>,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Certificate {
    provider: String,
    why: String,
    issuer: String,
    names: Vec<String>,
    not_after: DateTime<Utc>,
    renew_at: DateTime<Utc>,
    days_left: i64,
    fingerprint: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

/// The root, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Authority {
    fingerprint: String,
    pem: String,
}

pub(super) async fn cert(command: CertCommand, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    match command {
        CertCommand::Status(output) => {
            let status = client.get(PATH).await?;
            tell(&status, output, context)
        }
        CertCommand::Renew(output) => {
            // Longer than the server waits for a public authority.
            let client = client.with_patience(std::time::Duration::from_secs(90));
            let status = client.post(&format!("{PATH}/renew"), &()).await?;
            tell(&status, output, context)
        }
        CertCommand::ExportCa(arguments) => export(&client, arguments, context).await,
    }
}

/// A certificate that a person should look at is told by the exit code too, for whoever watches over it.
fn tell(status: &Status, output: Output, context: &Context) -> Result<ExitCode, CliError> {
    if output.json {
        context.printer.json(status)?;
    } else {
        context.printer.data(told(status));
    }
    if let Some(concern) = &status.concern {
        context.printer.warning(concern);
    }
    Ok(if status.concern.is_some() { Fault::User.exit_code() } else { ExitCode::SUCCESS })
}

fn told(status: &Status) -> String {
    if status.wanted.is_empty() {
        return "this server is reached without TLS and has no certificate".to_owned();
    }
    let Some(certificate) = &status.certificate else {
        return format!("no certificate yet; `{}` makes one for {}", status.authority, status.wanted.join(", "));
    };
    let rows = [
        ("provider", format!("{}, by `{}`", certificate.provider, status.authority)),
        ("why", certificate.why.clone()),
        ("names", certificate.names.join(", ")),
        ("issuer", certificate.issuer.clone()),
        ("until", format!("{}, {} days left", moment(Some(certificate.not_after)), certificate.days_left)),
        ("renewed", moment(Some(certificate.renew_at))),
        ("sha-256", certificate.fingerprint.clone()),
    ];
    aligned(&rows.map(|(name, value)| vec![name.to_owned(), value])).join("\n")
}

async fn export(client: &Client, arguments: ExportCaArguments, context: &Context) -> Result<ExitCode, CliError> {
    let Authority { fingerprint, pem } = client.get(&format!("{PATH}/authority")).await?;
    match arguments.output {
        None => context.printer.data(pem.trim_end()),
        Some(path) => {
            // Nothing secret: a root is for everybody.
            std::fs::write(&path, pem).map_err(|error| CliError::user(format!("cannot write {path}: {error}")))?;
            context.printer.note(format_args!("wrote {path}"));
        }
    }
    context.printer.note(format_args!("sha-256 {fingerprint}; people compare it before they trust"));
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_certificate_is_told_in_a_few_lines() {
        let status: Status = serde_json::from_value(json!({
            "authority": "auto",
            "wanted": ["thon.example.org"],
            "certificate": {
                "provider": "own", "why": "THON's own authority was made for it", "issuer": "O=THON",
                "names": ["thon.example.org", "*.thon.example.org"], "not_after": "2027-11-24T10:00:00Z",
                "renew_at": "2027-07-24T10:00:00Z", "days_left": 365, "fingerprint": "AA:BB", "subject": "CN=x",
            },
            "trouble": null, "concern": null,
        }))
        .expect("a status");
        insta::assert_snapshot!(told(&status), @r"
        provider  own, by `auto`
        why       THON's own authority was made for it
        names     thon.example.org, *.thon.example.org
        issuer    O=THON
        until     2027-11-24 10:00 UTC, 365 days left
        renewed   2027-07-24 10:00 UTC
        sha-256   AA:BB
        ");
    }
}
