//! `thon pause`, `resume`, `terminate`, `recreate` and `renew`: one act on many sandboxes, with an outcome for each.

mod choice;
mod outcome;

use std::{process::ExitCode, time::Duration};

use serde_json::{Value, json};
use thon_domain::{id::InstanceId, instance::State};
use tokio::time::{Instant, sleep};

pub(super) use self::choice::named;
use self::outcome::Outcomes;
use super::{
    Context,
    args::{Chosen, OperateArguments, Output, RecreateArguments, RenewArguments},
    client::Client,
    confirm::typed,
    error::CliError,
    list,
    wire::{BulkResults, Instance},
};

/// The most instances of one request of the API.
const MOST: usize = 1000;

/// How many may be chosen before a person has to type their number.
const FEW: usize = 5;

/// What is so after a no.
const NOTHING: &str = "nothing was changed";

/// How often the server is asked how far they are.
const PAUSE: Duration = Duration::from_millis(500);

/// What is done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Act {
    Pause,
    Resume,
    Terminate,
    Recreate,
    Renew,
}

impl Act {
    /// The state in which it is done.
    const fn done(self) -> Option<State> {
        match self {
            Self::Pause => Some(State::Paused),
            Self::Resume | Self::Recreate => Some(State::Running),
            Self::Terminate => Some(State::Terminated),
            Self::Renew => None,
        }
    }

    /// Whether it is asked of a sandbox in this state that was not named by itself.
    const fn suits(self, state: State) -> bool {
        match self {
            Self::Pause => matches!(state, State::Running | State::Resuming),
            Self::Resume => matches!(state, State::Paused | State::Pausing),
            Self::Recreate | Self::Terminate | Self::Renew => !matches!(state, State::Stopping | State::Terminated),
        }
    }

    /// What people would lose for a while, where they would.
    const fn takes(self) -> Option<&'static str> {
        match self {
            Self::Pause => Some("nobody can work in a paused sandbox"),
            Self::Terminate => Some("what runs there ends, files stay"),
            Self::Recreate => Some("what runs there ends and a new sandbox starts, files stay"),
            Self::Resume | Self::Renew => None,
        }
    }
}

pub(super) async fn operate(act: Act, asked: OperateArguments, context: &Context) -> Result<ExitCode, CliError> {
    perform(act, asked, &json!({}), context).await
}

pub(super) async fn recreate(asked: RecreateArguments, context: &Context) -> Result<ExitCode, CliError> {
    let RecreateArguments { operate, rescue } = asked;
    perform(Act::Recreate, operate, &json!({ "rescue": rescue }), context).await
}

async fn perform(act: Act, asked: OperateArguments, how: &Value, context: &Context) -> Result<ExitCode, CliError> {
    let OperateArguments { chosen, yes, wait, output } = asked;
    let client = context.client()?;
    let instances = choice::made(&client, &chosen, act).await?;
    if !yes && !agreed(act, &chosen, &instances, context)? {
        context.printer.note(NOTHING);
        return Ok(ExitCode::SUCCESS);
    }
    let mut outcomes = asked_for(&client, act, instances, how).await?;
    if let (Some(done), true) = (act.done(), wait > 0) {
        follow(&client, &mut outcomes, done, Duration::from_secs(wait)).await?;
    }
    tell(&outcomes, output, context)
}

pub(super) async fn renew(asked: RenewArguments, context: &Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    let instances = choice::made(&client, &asked.chosen, Act::Renew).await?;
    let body = json!({ "timeout_minutes": asked.minutes });
    let outcomes = asked_for(&client, Act::Renew, instances, &body).await?;
    tell(&outcomes, asked.output, context)
}

/// Whether it may be done: asked when it is for many, or for all who happen to be there.
fn agreed(act: Act, chosen: &Chosen, instances: &[Instance], context: &Context) -> Result<bool, CliError> {
    let count = instances.len();
    let Some(takes) = act.takes().filter(|_| count > FEW || (chosen.all && count > 0)) else { return Ok(true) };
    let verb: &str = act.into();
    context.printer.question(format_args!("{verb} {count} of them: {takes}"));
    typed(context, &count.to_string(), NOTHING)
}

/// Asks the server, in as many requests as it takes.
async fn asked_for(client: &Client, act: Act, instances: Vec<Instance>, more: &Value) -> Result<Outcomes, CliError> {
    let verb: &str = act.into();
    let mut outcomes = Outcomes::default();
    for some in instances.chunks(MOST) {
        let ids: Vec<InstanceId> = some.iter().filter_map(|instance| instance.id).collect();
        let mut body = more.clone();
        body["instance_ids"] = json!(ids);
        let told: BulkResults = client.post(&format!("/api/instances/bulk/{verb}"), &body).await?;
        outcomes.take(some, told);
    }
    Ok(outcomes)
}

/// Waits until everybody has arrived somewhere, or until it took too long.
async fn follow(client: &Client, outcomes: &mut Outcomes, done: State, wait: Duration) -> Result<(), CliError> {
    let deadline = Instant::now() + wait;
    while outcomes.on_the_way() {
        let late = Instant::now() >= deadline;
        outcomes.update(&list::instances(client, None, &[]).await?, done, late);
        if late {
            break;
        }
        sleep(PAUSE).await;
    }
    Ok(())
}

fn tell(outcomes: &Outcomes, output: Output, context: &Context) -> Result<ExitCode, CliError> {
    if output.json {
        context.printer.json(outcomes)?;
    } else if outcomes.is_empty() {
        context.printer.note("there are no sandboxes that this could be done with");
    } else {
        context.printer.data(outcomes.drawn());
    }
    outcomes.verdict().map(|()| ExitCode::SUCCESS)
}
