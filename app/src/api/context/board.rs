//! What the page of the settings shows, in its words.

use chrono::{DateTime, Utc};
use thon_core::{
    actor::Actor,
    certificates::{Held, Status},
    clock::{Clock, SystemClock},
    outlook::{Outlook, Sight},
    port::proxy::Outside,
    settings::Setting,
    task::{TaskState, TaskStatus, sync_proxy},
    tokens::MakeToken,
};
use thon_domain::{
    account::Account,
    api_token::{ApiToken, Scope},
    name::TokenName,
    role::Role,
};

use super::{ApiError, certificates, outer_proxy, outlook, settings, tasks, tokens};
use crate::{
    api::settings::{
        AddressesBoard, CertificateBoard, Going, NginxBoard, SettingLine, SettingsBoard, SightLine, TaskLine, TokenLine,
    },
    words,
};

/// Everything on the page, as far as the actor may see it.
///
/// # Errors
/// `Forbidden` for those who organize nothing; when the database does not answer.
pub async fn settings_board(actor: &Actor) -> Result<SettingsBoard, ApiError> {
    let now = SystemClock.now();
    let all = settings()?.all(actor).await?;
    let everybodys = actor.role == Role::Admin;
    let tokens = if everybodys { tokens()?.all(actor).await? } else { tokens()?.own(actor).await? };
    let outside = outer_proxy()?.status(actor).await?;
    let outlook = outlook()?;
    let sights = outlook.sights(actor).await?;
    let tasks = tasks()?.statuses(actor)?;
    let look = tasks.iter().find(|one| one.about.name == sync_proxy::ABOUT.name).map(|one| last_run(one, now));
    Ok(SettingsBoard {
        settings: all.into_iter().map(setting).collect(),
        tokens: tokens.into_iter().map(|owned| token(owned, now)).collect(),
        nginx: outside.map(|outside| nginx(outside, look)),
        tasks: tasks.into_iter().map(|one| task(one, now)).collect(),
        certificate: certificate(certificates()?.status(actor)?),
        addresses: addresses(&outlook, sights),
    })
}

/// What token is wanted.
pub const fn wish(name: TokenName, scope: Scope, hours: u32) -> MakeToken {
    MakeToken { name, scope, hours }
}

fn setting(setting: Setting) -> SettingLine {
    let restart = setting.needs_restart();
    let Setting { allowed, value } = setting;
    let in_force = allowed.in_force.unwrap_or_else(|| "nothing".to_owned());
    let note = match (allowed.has_effect, restart) {
        (false, _) => Some("Nothing depends on it yet.".to_owned()),
        (true, true) => Some(format!("Counts from the next start on; until then it is {in_force}.")),
        (true, false) => None,
    };
    let default = allowed.default.unwrap_or_default();
    SettingLine {
        key: allowed.key,
        about: allowed.about.to_owned(),
        takes: allowed.takes,
        value: value.filter(|value| allowed.is_fixed || *value != default).unwrap_or_default(),
        default,
        locked: allowed.is_fixed.then_some(allowed.origin),
        note,
    }
}

fn token((token, owner): (ApiToken, Account), now: DateTime<Utc>) -> TokenLine {
    let end =
        if token.is_good(now) { format!("ends in {}", words::about(now, token.expires_at)) } else { "over".to_owned() };
    let used = token.last_used_at.map(|at| format!("used {} ago", words::about(at, now)));
    TokenLine {
        id: token.id,
        name: token.name.to_string(),
        scope: token.scope.to_string(),
        owner: owner.name,
        end,
        used: used.unwrap_or_else(|| "never used".to_owned()),
    }
}

/// When a task ran last, and how long.
fn last_run(status: &TaskStatus, now: DateTime<Utc>) -> String {
    let told = status.last.as_ref().map(|run| {
        let ago = words::about(run.ended_at, now);
        format!("{ago} ago, took {} ms", run.took.as_millis())
    });
    told.unwrap_or_else(|| "not yet".to_owned())
}

fn task(status: TaskStatus, now: DateTime<Utc>) -> TaskLine {
    let last_run = last_run(&status, now);
    let TaskStatus { about, state, last, .. } = status;
    let error = last.as_ref().and_then(|run| run.outcome.clone().err());
    let going = match (state, &last, &error) {
        (TaskState::Stopped, ..) => Going::Stopped,
        (_, None, _) => Going::Waiting,
        (_, Some(_), Some(_)) => Going::Failing,
        (_, Some(_), None) => Going::Well,
    };
    let period = match chrono::TimeDelta::from_std(about.period).unwrap_or_default() {
        short if short.num_seconds() == 0 => format!("{} ms", short.num_milliseconds()),
        long => words::duration(long),
    };
    let woken = about.woken_by.map(|by| format!(", and by {by}")).unwrap_or_default();
    TaskLine {
        name: about.name.replace('_', " "),
        purpose: about.purpose.to_owned(),
        going,
        rhythm: format!("every {period}{woken}"),
        last: last_run,
        error,
    }
}

fn certificate(status: Status) -> CertificateBoard {
    let concern = status.concern();
    let Status { wanted, standing, now, .. } = status;
    let facts = standing.held.map(|held| facts(held, now)).unwrap_or_default();
    CertificateBoard { concern, facts, wanted: !wanted.is_empty() }
}

fn addresses(outlook: &Outlook, sights: Vec<Sight>) -> AddressesBoard {
    let reach = outlook.reach();
    let chosen = &reach.addresses.chosen;
    let facts = [("Tier", chosen.tier().to_string()), ("Why", reach.why.clone()), ("Dashboard", chosen.dashboard())];
    let line = |Sight { subject, works, detail }| SightLine { subject, works, detail };
    AddressesBoard {
        facts: facts.map(|(name, is)| (name.to_owned(), is)).into(),
        warnings: reach.concerns(),
        sights: sights.into_iter().map(line).collect(),
    }
}

fn nginx(outside: Outside, look: Option<String>) -> NginxBoard {
    let leads = match outside.form {
        "front" => "everything to THON (front)".to_owned(),
        form => format!("to {} running editors by itself, all else to THON ({form})", outside.ports.len()),
    };
    let facts = [
        ("Version", outside.version.unwrap_or_else(|| "not installed".to_owned())),
        ("Leads", leads),
        ("Files", outside.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")),
        ("Last look", look.unwrap_or_default()),
        ("Reloads", format!("{} since THON started", outside.reloads)),
    ];
    let facts = facts.into_iter().filter(|(_, is)| !is.is_empty());
    NginxBoard {
        concern: outside.trouble,
        in_line: outside.in_line,
        has_files: !outside.files.is_empty(),
        facts: facts.map(|(name, is)| (name.to_owned(), is)).collect(),
    }
}

fn facts(Held { certificate, provider, why }: Held, now: DateTime<Utc>) -> Vec<(String, String)> {
    let names: Vec<String> = certificate.names.iter().map(ToString::to_string).collect();
    let days = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
    let end = format!("{}, in {} days", days(certificate.not_after), certificate.days_left(now));
    [
        ("Names", names.join(", ")),
        ("Issuer", certificate.issuer.clone()),
        ("Made by", format!("{provider}: {why}")),
        ("Ends", end),
        ("Renewed", format!("by itself from {} on", days(certificate.renew_at()))),
        ("SHA-256", certificate.fingerprint),
    ]
    .map(|(name, is)| (name.to_owned(), is))
    .into()
}
