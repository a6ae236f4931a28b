//! `thon cleanup`: shows what is left over in the sandbox runtime, asks, and removes just that.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use serde_json::json;
use thon_core::capacity::size;
use thon_domain::leftover::Leftover;

use super::{
    Context,
    args::CleanupArguments,
    columns::aligned,
    confirm::{confirmed, typed},
    error::{CliError, Fault},
};

const PATH: &str = "/api/system/cleanup";

/// From so many things on, a letter is too quickly typed.
const MANY: usize = 5;

/// What is said when nothing is done.
const NOTHING: &str = "nothing was removed";

/// What is left over.
#[derive(Debug, Deserialize, Serialize)]
struct Leftovers {
    digest: String,
    things: Vec<Leftover>,
    volumes: Vec<Leftover>,
}

/// What became of it.
#[derive(Debug, Deserialize, Serialize)]
struct Cleaned {
    removed: Vec<Leftover>,
    left: Vec<LeftThere>,
}

#[derive(Debug, Deserialize, Serialize)]
struct LeftThere {
    #[serde(flatten)]
    leftover: Leftover,
    error: String,
}

pub(super) async fn cleanup(arguments: CleanupArguments, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    let leftovers: Leftovers = client.get(PATH).await?;
    let (going, staying) = parted(&leftovers, &arguments)?;
    if arguments.output.json && arguments.dry_run {
        context.printer.json(&leftovers)?;
    } else if !arguments.output.json {
        show(context, &going, &staying);
    }
    if going.is_empty() || arguments.dry_run {
        if arguments.output.json && !arguments.dry_run {
            context.printer.json(&Cleaned { removed: Vec::new(), left: Vec::new() })?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.yes && !agreed(context, &going)? {
        context.printer.note(NOTHING);
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = going.iter().filter(|told| told.kind.holds_files()).map(|told| told.name.as_str()).collect();
    let wish = json!({ "digest": leftovers.digest, "volume_names": names });
    tell(context, &client.post(PATH, &wish).await?, arguments.output.json)
}

/// What goes, and which volumes stay.
fn parted<'a>(
    leftovers: &'a Leftovers,
    arguments: &CleanupArguments,
) -> Result<(Vec<&'a Leftover>, Vec<&'a Leftover>), CliError> {
    let is_there = |name: &String| leftovers.volumes.iter().any(|told| told.name == *name);
    if let Some(unknown) = arguments.volume.iter().find(|name| !is_there(name)) {
        return Err(CliError::user(format!("no volume `{unknown}` is left over"))
            .with_hint("`thon cleanup --dry-run` lists those that are"));
    }
    let goes = |told: &&Leftover| arguments.volumes || arguments.volume.contains(&told.name);
    let (volumes, staying): (Vec<_>, Vec<_>) = leftovers.volumes.iter().partition(goes);
    Ok((leftovers.things.iter().chain(volumes).collect(), staying))
}

fn show(context: &Context, going: &[&Leftover], staying: &[&Leftover]) {
    if going.is_empty() {
        context.printer.note("nothing is left over that may go");
    } else {
        context.printer.data(drawn(going));
    }
    if !staying.is_empty() {
        context
            .printer
            .note("left over too, but somebody's files; they stay unless you add --volumes or --volume NAME:");
        context.printer.note(drawn(staying));
    }
}

/// One line for each: what, its name, why, whose, how large.
fn drawn(told: &[&Leftover]) -> String {
    let row = |told: &&Leftover| {
        let owner = told.owner.as_ref().map(|owner| format!("of {owner}"));
        let more: Vec<String> = owner.into_iter().chain(told.size_bytes.map(|bytes| size(rounded(bytes)))).collect();
        vec![told.kind.to_string(), told.name.clone(), told.why.clone(), more.join(", ")]
    };
    aligned(&told.iter().map(row).collect::<Vec<_>>()).join("\n")
}

/// To whole KiB, MiB or GiB.
fn rounded(bytes: u64) -> u64 {
    let unit = [30, 20, 10].map(|bits| 1_u64 << bits).into_iter().find(|unit| bytes >= 10 * unit).unwrap_or(1);
    bytes / unit * unit
}

fn agreed(context: &Context, going: &[&Leftover]) -> Result<bool, CliError> {
    let volumes = going.iter().filter(|told| told.kind.holds_files()).count();
    if volumes > 0 || going.len() >= MANY {
        return typed(context, &format!("remove {}", going.len()), NOTHING);
    }
    confirmed(context, "remove this?", NOTHING)
}

fn tell(context: &Context, cleaned: &Cleaned, json: bool) -> Result<ExitCode, CliError> {
    if json {
        context.printer.json(cleaned)?;
    } else {
        context.printer.note(format_args!("{} removed", cleaned.removed.len()));
        for LeftThere { leftover: Leftover { kind, name, .. }, error } in &cleaned.left {
            context.printer.warning(format_args!("the {kind} {name} stays: {error}"));
        }
    }
    Ok(if cleaned.left.is_empty() { ExitCode::SUCCESS } else { Fault::User.exit_code() })
}

#[cfg(test)]
mod tests {
    use thon_domain::leftover::LeftoverKind;

    use super::*;

    fn leftover(kind: LeftoverKind, name: &str, size_bytes: Option<u64>) -> Leftover {
        let owner = size_bytes.map(|_| "alpha-bob, deleted".to_owned());
        Leftover {
            kind,
            name: name.to_owned(),
            why: "its user is deleted".to_owned(),
            owner,
            size_bytes,
            created_at: None,
        }
    }

    #[test]
    fn volumes_stay_unless_they_are_asked_for() {
        let leftovers = Leftovers {
            digest: String::new(),
            things: vec![leftover(LeftoverKind::Container, "thon-alpha-bob", None)],
            volumes: vec![
                leftover(LeftoverKind::Volume, "thon-home-alpha-bob", Some(123_456)),
                leftover(LeftoverKind::Volume, "thon-workspace-alpha-bob", Some(12 << 30)),
            ],
        };
        let wish = |volumes, names: &[&str]| CleanupArguments {
            volumes,
            volume: names.iter().map(|name| (*name).to_owned()).collect(),
            dry_run: false,
            yes: false,
            output: super::super::args::Output { json: false },
        };
        let counts = |volumes, names: &[&str]| {
            let parted = parted(&leftovers, &wish(volumes, names));
            parted.map(|(going, staying)| (going.len(), staying.len())).map_err(|error| error.to_string())
        };
        assert_eq!(counts(false, &[]), Ok((1, 2)));
        assert_eq!(counts(false, &["thon-home-alpha-bob"]), Ok((2, 1)));
        assert_eq!(counts(true, &[]), Ok((3, 0)));
        assert!(counts(false, &["thon-home-alpha-alice"]).is_err_and(|told| told.contains("no volume")));
        insta::assert_snapshot!(drawn(&leftovers.volumes.iter().collect::<Vec<_>>()), @r"
        volume  thon-home-alpha-bob       its user is deleted  of alpha-bob, deleted, 120 KiB
        volume  thon-workspace-alpha-bob  its user is deleted  of alpha-bob, deleted, 12 GiB
        ");
    }
}
