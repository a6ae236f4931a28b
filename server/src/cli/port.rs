//! `thon port`: the ports inside a sandbox that others may come to.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use serde_json::json;
use thon_domain::{
    id::InstanceId,
    sharing::{Audience, InnerPort},
};

use super::{
    Context,
    args::{ListPortsArguments, MeantPort, Output, PortCommand, SharePortArguments, UnsharePortArguments},
    client::Client,
    columns::aligned,
    error::CliError,
    list, operate,
};

/// What the server told of the shared ports of one sandbox.
#[derive(Debug, Deserialize, Serialize)]
struct Shared {
    id: InstanceId,
    ports: Vec<Open>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Open {
    port: InnerPort,
    audience: Audience,
    url: String,
}

pub(super) async fn port(command: PortCommand, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    match command {
        PortCommand::List(arguments) => list(&client, arguments, context).await,
        PortCommand::Share(arguments) => share(&client, arguments, context).await,
        PortCommand::Unshare(arguments) => unshare(&client, arguments, context).await,
    }
}

async fn list(client: &Client, asked: ListPortsArguments, context: &Context) -> Result<ExitCode, CliError> {
    let shared: Shared = client.get(&ports_of(client, &asked.who).await?).await?;
    if !told_as_json(&shared, asked.output, context)? {
        if shared.ports.is_empty() {
            context.printer.note(format_args!("{} shares no port", asked.who));
        } else {
            context.printer.data(drawn(&shared.ports));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn share(client: &Client, asked: SharePortArguments, context: &Context) -> Result<ExitCode, CliError> {
    let MeantPort { who, port } = asked.meant;
    let path = format!("{}/{port}", ports_of(client, &who).await?);
    let shared: Shared = client.put(&path, &json!({ "audience": asked.audience })).await?;
    if !told_as_json(&shared, asked.output, context)? {
        context.printer.note(format_args!("port {port} of {who} is shared with: {}", asked.audience));
        let here = shared.ports.iter().find(|shared| shared.port == port);
        if let Some(shared) = here {
            context.printer.data(&shared.url);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn unshare(client: &Client, asked: UnsharePortArguments, context: &Context) -> Result<ExitCode, CliError> {
    let MeantPort { who, port } = asked.meant;
    let shared: Shared = client.delete(&format!("{}/{port}", ports_of(client, &who).await?)).await?;
    if !told_as_json(&shared, asked.output, context)? {
        context.printer.note(format_args!("port {port} of {who} is its owner's alone"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the API has the ports of somebody's sandbox.
async fn ports_of(client: &Client, who: &String) -> Result<String, CliError> {
    let instances = list::instances(client, None, &[]).await?;
    let meant = operate::named(std::slice::from_ref(who), instances)?.into_iter().find_map(|one| one.id);
    let id = meant.ok_or_else(|| CliError::user(format!("{who} has no sandbox")))?;
    Ok(format!("/api/instances/{id}/ports"))
}

fn told_as_json(shared: &Shared, output: Output, context: &Context) -> Result<bool, CliError> {
    if output.json {
        context.printer.json(shared)?;
    }
    Ok(output.json)
}

fn drawn(ports: &[Open]) -> String {
    let head = ["PORT", "SHARED WITH", "ADDRESS"].map(str::to_owned);
    let rows = ports.iter().map(|one| [one.port.to_string(), one.audience.to_string(), one.url.clone()]);
    aligned(&[head].into_iter().chain(rows).map(Vec::from).collect::<Vec<_>>()).join("\n")
}
