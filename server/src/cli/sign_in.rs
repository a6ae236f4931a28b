//! `thon sign-in`: a fresh link that signs somebody in.

use std::process::ExitCode;

use serde_json::json;

use super::{Context, args::SignInArguments, error::CliError, wire::SignInLink};

pub(super) async fn sign_in(arguments: SignInArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    if let Some(user) = arguments.user.as_deref().filter(|user| !user.contains('/')) {
        return Err(
            CliError::user(format!("{user:?} names no user")).with_hint("write GROUP/NAME, for example alpha/alice")
        );
    }
    let client = context.client()?;
    let link: SignInLink = client.post("/api/sign-in-links", &json!({ "user": arguments.user })).await?;
    if arguments.output.json {
        context.printer.json(&link)?;
    } else {
        let until = link
            .expires_at
            .as_ref()
            .map(|at| format!(", until {}", at.format("%Y-%m-%d %H:%M UTC")))
            .unwrap_or_default();
        context.printer.note(format_args!("signs in {}{until}", link.name));
        context.printer.data(link.url);
    }
    Ok(ExitCode::SUCCESS)
}
