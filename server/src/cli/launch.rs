//! `thon launch`: everybody's sandbox, from a groups file to a table of addresses.

mod passing;
mod people;
mod progress;
mod table;

use std::{process::ExitCode, time::Duration};

use serde_json::json;
use thon_domain::instance::State;
use tokio::time::sleep;

pub(super) use self::people::{check_group, mistakes};
use self::{passing::Passing, progress::Progress, table::Links};
use super::{
    Context,
    args::LaunchArguments,
    capacity,
    client::{Client, ClientError},
    error::{CliError, Fault},
    list, start,
    wire::{Instance, Launched},
};
use crate::config::{Config, Home};

/// How often the server is asked how far it is.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn launch(arguments: LaunchArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    let loaded = Config::load(&context.sources)?;
    for hint in &loaded.hints {
        context.printer.hint(hint);
    }
    let files = people::from(&arguments, &loaded.config, &context.sources)?;
    let client = start::running_server(context, &loaded.config.home).await?;
    people::import(&client, &files, &context.printer).await?;
    match &arguments.group {
        Some(group) => people::check_group(&client, group).await?,
        None if arguments.from_db => people::known(&client).await?,
        None => people::at_least_one(&client, &context.printer).await?,
    }
    if !capacity::may_launch(&client, context, arguments.group.as_deref(), arguments.yes).await? {
        context.printer.note("nothing was launched");
        return Ok(ExitCode::SUCCESS);
    }
    let passing = arguments.choice.ephemeral.then(Passing::begin).transpose()?;
    let asked =
        json!({ "group": arguments.group, "secure": arguments.choice.secure, "ephemeral": arguments.choice.ephemeral });
    let launched: Launched = client.post("/api/instances/launch-missing", &asked).await?;
    let followed = follow(&arguments, context, (&client, &loaded.config.home), &launched).await;
    match passing {
        Some(passing) => passing.end(&client, &context.printer, &launched.instances, followed).await,
        None => followed,
    }
}

/// Shows how far they are, and the result.
async fn follow(
    arguments: &LaunchArguments,
    context: &Context,
    (client, home): (&Client, &Home),
    launched: &Launched,
) -> Result<ExitCode, CliError> {
    let mut progress = Progress::new(&context.printer);
    progress.show(&launched.instances);

    let instances = tokio::select! {
        instances = all_there(client, arguments.group.as_deref(), progress) => {
            instances.map_err(|error| start::gone(error, context, home))?
        }
        _ = tokio::signal::ctrl_c(), if arguments.choice.ephemeral => return Ok(Fault::User.exit_code()),
        _ = tokio::signal::ctrl_c(), if !arguments.choice.ephemeral => return Ok(left_alone(context)),
    };
    let links = if arguments.demo { Some(Links::fresh(client, &instances).await?) } else { None };
    tell(arguments, context, &instances, links.as_ref())
}

/// Follows the instances until none is on its way any more.
async fn all_there(
    client: &Client,
    group: Option<&str>,
    mut progress: Progress<'_>,
) -> Result<Vec<Instance>, ClientError> {
    loop {
        let instances = list::instances(client, group, &[]).await?;
        progress.show(&instances);
        if !instances.iter().any(|instance| instance.state.is_on_the_way()) {
            progress.finish();
            return Ok(instances);
        }
        sleep(PAUSE).await;
    }
}

/// Shows the result, then says whether everybody has an editor.
fn tell(
    arguments: &LaunchArguments,
    context: &Context,
    instances: &[Instance],
    links: Option<&Links>,
) -> Result<ExitCode, CliError> {
    if arguments.output.json {
        context.printer.json(&json!({ "instances": instances, "sign_in_links": links }))?;
    } else {
        context.printer.data(table::drawn(instances, links));
    }
    verdict(instances)
}

/// Success when everybody has an editor, else who has none and why.
fn verdict(instances: &[Instance]) -> Result<ExitCode, CliError> {
    let failed = instances.iter().filter(|instance| instance.state == State::Failed);
    let reasons: Vec<String> = failed
        .map(|instance| {
            let reason = instance.failure.as_ref().map_or("no reason given", |failure| &failure.reason);
            format!("{}: {reason}", instance.label())
        })
        .collect();
    if reasons.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let error = CliError::user(format!("{} did not start\n  {}", counted(reasons.len()), reasons.join("\n  ")));
    Err(error.with_hint("mend the cause, then run `thon launch` again: who runs already is left alone"))
}

fn counted(count: usize) -> String {
    if count == 1 { "1 sandbox".to_owned() } else { format!("{count} sandboxes") }
}

fn left_alone(context: &Context) -> ExitCode {
    context.printer.note("\nleft: the server goes on, and so do the sandboxes");
    context.printer.hint("`thon launch` shows again how far they are");
    Fault::User.exit_code()
}

#[cfg(test)]
mod tests {
    use super::{super::error::What, *};

    #[test]
    fn who_has_no_editor_is_told_with_the_reason() {
        let instance = |name: &str, state: &str| -> Instance {
            let failure = json!({ "code": "image-missing", "reason": "there is no image" });
            let user = json!({ "group": "alpha", "username": name });
            serde_json::from_value(json!({ "user": user, "state": state, "failure": failure })).expect("an instance")
        };
        assert!(verdict(&[instance("alice", "Running")]).is_ok());
        let error = verdict(&[instance("alice", "Running"), instance("bob", "Failed")]).expect_err("bob has none");
        let What::Words(words) = error.what else { panic!("words") };
        assert_eq!(
            (error.fault, words.as_str()),
            (Fault::User, "1 sandbox did not start\n  alpha/bob: there is no image")
        );
    }
}
