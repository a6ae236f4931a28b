//! `thon join`: the codes by which people come in.

use std::process::ExitCode;

use serde_json::json;

use super::{
    Context,
    args::{CreateCodeArguments, JoinCommand, MeantCode, Output},
    client::Client,
    columns::{NOTHING, aligned, moment},
    error::CliError,
    wire::{Group, JoinCodeInfo, JoinCodeList, RevokedJoinCode, ShownJoinCode},
};

const CODES: &str = "/api/join-codes";

pub(super) async fn join(command: JoinCommand, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    match command {
        JoinCommand::Create(arguments) => create(&client, arguments, context).await,
        JoinCommand::List(output) => list(&client, output, context).await,
        JoinCommand::Show(meant) => show(&client, meant, context).await,
        JoinCommand::Revoke(meant) => revoke(&client, meant, context).await,
    }
}

async fn create(client: &Client, asked: CreateCodeArguments, context: &Context) -> Result<ExitCode, CliError> {
    let CreateCodeArguments { group, event, seats, places, hours, approval, output } = asked;
    let group = match group {
        Some(name) => Some(found(&groups(client).await?, &name, event.as_deref())?),
        None => None,
    };
    let body = json!({
        "event_id": event, "group_id": group, "seats": seats, "places": places,
        "expires_in_hours": hours, "approval": approval,
    });
    let made: ShownJoinCode = client.post(CODES, &body).await?;
    tell(&made, output, context)
}

async fn show(client: &Client, MeantCode { id, output }: MeantCode, context: &Context) -> Result<ExitCode, CliError> {
    let found: ShownJoinCode = client.get(&path(&id)?).await?;
    tell(&found, output, context)
}

/// What people type is what was asked for; where it leads stands beside it.
fn tell(shown: &ShownJoinCode, output: Output, context: &Context) -> Result<ExitCode, CliError> {
    if output.json {
        context.printer.json(shown)?;
        return Ok(ExitCode::SUCCESS);
    }
    let left = shown.info.places.saturating_sub(shown.info.came);
    let until = moment(Some(shown.info.expires_at));
    context.printer.note(format_args!("for {left} people, until {until}: {}", shown.url));
    context.printer.data(&shown.code);
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, output: Output, context: &Context) -> Result<ExitCode, CliError> {
    let listed: JoinCodeList = client.get(CODES).await?;
    if output.json {
        context.printer.json(&listed)?;
    } else if listed.codes.is_empty() {
        context.printer.note("there are no join codes");
    } else {
        context.printer.data(drawn(&listed.codes, &groups(client).await?));
    }
    Ok(ExitCode::SUCCESS)
}

async fn revoke(client: &Client, MeantCode { id, output }: MeantCode, context: &Context) -> Result<ExitCode, CliError> {
    let revoked: RevokedJoinCode = client.delete(&path(&id)?).await?;
    if output.json {
        context.printer.json(&revoked)?;
    } else {
        context.printer.note(format_args!("revoked {id}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn path(id: &str) -> Result<String, CliError> {
    let Ok(id) = id.parse::<uuid::Uuid>() else {
        let error = CliError::user(format!("{id:?} is no id of a join code"));
        return Err(error.with_hint("`thon join list` shows them"));
    };
    Ok(format!("{CODES}/{id}"))
}

async fn groups(client: &Client) -> Result<Vec<Group>, CliError> {
    Ok(client.get("/api/groups").await?)
}

/// The id of a group that somebody named, in the event that they mean.
fn found(groups: &[Group], name: &str, event: Option<&str>) -> Result<String, CliError> {
    let is_meant = |group: &&Group| {
        group.name.to_lowercase() == name.to_lowercase() && event.is_none_or(|event| group.event_id == event)
    };
    let meant: Vec<&Group> = groups.iter().filter(is_meant).collect();
    match meant.as_slice() {
        [group] => Ok(group.id.clone()),
        [] => Err(CliError::user(format!("there is no group {name:?}")).with_hint("`thon list` shows who is in which")),
        several => {
            let events: Vec<&str> = several.iter().map(|group| group.event_id.as_str()).collect();
            let error =
                CliError::user(format!("{} events have a group {name:?}: {}", several.len(), events.join(", ")));
            Err(error.with_hint("say which with --event ID"))
        }
    }
}

fn drawn(codes: &[JoinCodeInfo], groups: &[Group]) -> String {
    let head = ["EVENT", "LEADS TO", "CAME", "SEATS", "APPROVAL", "EXPIRES", "ID"].map(str::to_owned).to_vec();
    let row = |code: &JoinCodeInfo| {
        let name = |id: &String| groups.iter().find(|group| group.id == *id).map_or(NOTHING, |group| &group.name);
        vec![
            code.event_id.clone(),
            code.group_id.as_ref().map_or("new teams", name).to_owned(),
            format!("{}/{}", code.came, code.places),
            code.seats.to_string(),
            if code.approval { "yes" } else { "no" }.to_owned(),
            moment(Some(code.expires_at)),
            code.id.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = [head].into_iter().chain(codes.iter().map(row)).collect();
    aligned(&rows).join("\n")
}
