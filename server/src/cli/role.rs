//! `thon role`: who runs, mentors and judges.

use std::process::ExitCode;

use serde_json::json;

use super::{
    Context,
    args::{GrantArguments, Output, RevokeRoleArguments, RoleCommand},
    client::Client,
    columns::aligned,
    error::CliError,
    wire::{GrantInfo, GrantList, RevokedGrant, SignInLink},
};

const GRANTS: &str = "/api/grants";

pub(super) async fn role(command: RoleCommand, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    match command {
        RoleCommand::Grant(arguments) => grant(&client, arguments, context).await,
        RoleCommand::List(output) => list(&client, output, context).await,
        RoleCommand::Revoke(arguments) => revoke(&client, arguments, context).await,
    }
}

/// Gives the role. Somebody new gets a link, because there is no other way in for them yet.
async fn grant(client: &Client, asked: GrantArguments, context: &Context) -> Result<ExitCode, CliError> {
    let GrantArguments { role, who, event, output } = asked;
    let sits = who.contains('/');
    let key = if sits { "user" } else { "name" };
    let made: GrantInfo = client.post(GRANTS, &json!({ "role": role, key: who, "event_id": event })).await?;
    if output.json {
        context.printer.json(&made)?;
        return Ok(ExitCode::SUCCESS);
    }
    context.printer.note(format_args!("{}: {} in {}", made.account, made.role, made.place()));
    if !sits {
        let link: SignInLink = client.post("/api/sign-in-links", &json!({ "account_id": made.account_id })).await?;
        context.printer.data(link.url);
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, output: Output, context: &Context) -> Result<ExitCode, CliError> {
    let listed: GrantList = client.get(GRANTS).await?;
    if output.json {
        context.printer.json(&listed)?;
    } else if listed.grants.is_empty() {
        context.printer.note("nobody has a role");
    } else {
        context.printer.data(drawn(&listed.grants));
    }
    Ok(ExitCode::SUCCESS)
}

async fn revoke(client: &Client, asked: RevokeRoleArguments, context: &Context) -> Result<ExitCode, CliError> {
    if asked.id.parse::<uuid::Uuid>().is_err() {
        let error = CliError::user(format!("{:?} is no id of a role", asked.id));
        return Err(error.with_hint("`thon role list` shows them"));
    }
    let revoked: RevokedGrant = client.delete(&format!("{GRANTS}/{}", asked.id)).await?;
    if asked.output.json {
        context.printer.json(&revoked)?;
    } else {
        context.printer.note(format_args!("revoked {}", asked.id));
    }
    Ok(ExitCode::SUCCESS)
}

fn drawn(grants: &[GrantInfo]) -> String {
    let head = ["WHO", "ROLE", "EVENT", "ID"].map(str::to_owned).to_vec();
    let row = |one: &GrantInfo| vec![one.account.clone(), one.role.to_string(), one.place(), one.id.clone()];
    let rows: Vec<Vec<String>> = [head].into_iter().chain(grants.iter().map(row)).collect();
    aligned(&rows).join("\n")
}
