//! `thon init`: a few questions, and the configuration that follows from the answers.

mod answers;
mod asker;
mod earlier;
mod place;
mod values;

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use thon_adapters::outward::outward_address;

use self::{
    answers::{Answers, Known},
    asker::{Asker, Terminal, Unattended},
    earlier::Earlier,
    place::Place,
};
use super::{Context, args::InitArguments, error::CliError};
use crate::config::yaml;

/// What stands before the keys.
const HEAD: &str = "\
# The configuration of THON, made by `thon init`: what differs from the defaults, and everything else as comments.
# A flag is stronger than the environment, the environment than this file, this file than a setting of the dashboard.
# `thon config show --origin` prints what took effect and why, `thon config validate` tells every mistake.
";

pub(super) fn init(arguments: &InitArguments, context: &Context) -> Result<ExitCode, CliError> {
    let place = Place::of(&context.sources)?;
    let mut asker = asker(arguments, context)?;
    let earlier = Earlier::read(&place, &context.printer);
    if earlier.is_some() && !replaces(arguments, &place, &mut *asker)? {
        context.printer.note(format_args!("nothing is changed: {}", place.file));
        return Ok(ExitCode::SUCCESS);
    }
    let earlier = earlier.unwrap_or_default();
    let known = Known { arguments, earlier: &earlier, outward: outward_address() };
    let answers = Answers::ask(&known, &mut *asker)?;
    for warning in answers.warnings(&known) {
        context.printer.warning(warning);
    }
    let password = values::needs_password(&answers, &earlier).then(|| place.password()).transpose()?;
    let chosen = values::chosen(&answers, &known, password.as_ref().map(|password| &*password.file));
    let text = yaml::chosen(&place.defaults()?, &chosen).map_err(|error| CliError::ours(error.to_string()))?;
    place.put(&format!("{HEAD}{text}"), &earlier).inspect_err(|_| {
        if let Some(password) = &password {
            password.forget();
        }
    })?;
    context.printer.note(format_args!("written: {}", place.file));
    if let Some(kept) = earlier.kept_as(&place) {
        context.printer.note(format_args!("the earlier one: {kept}"));
    }
    if let Some(password) = password {
        context.printer.note(format_args!("the admin's password: {}", password.file));
    }
    next(&answers, context);
    Ok(ExitCode::SUCCESS)
}

/// Who answers: the person at the terminal, or nobody.
fn asker(arguments: &InitArguments, context: &Context) -> Result<Box<dyn Asker>, CliError> {
    if arguments.yes || arguments.non_interactive {
        return Ok(Box::new(Unattended));
    }
    if io::stdin().is_terminal() && context.printer.on_terminal {
        return Ok(Box::new(Terminal));
    }
    let error = CliError::user("nothing is written: there is nobody to ask");
    Err(error.with_hint("add --non-interactive, with --tier, --domain and the like where the defaults are not meant"))
}

fn replaces(arguments: &InitArguments, place: &Place, asker: &mut dyn Asker) -> Result<bool, CliError> {
    if arguments.yes {
        return Ok(true);
    }
    if arguments.non_interactive {
        let error = CliError::user(format!("there is a configuration already: {}", place.file));
        return Err(error.with_hint("--yes changes what these flags say and keeps everything else"));
    }
    asker.confirm(&format!("{} is there. Change it?", place.file), false)
}

/// What to type now.
fn next(answers: &Answers, context: &Context) {
    let config = context.sources.config_file.as_ref().map_or(String::new(), |file| format!(" --config {file}"));
    context.printer.data(format_args!("thon run{config}"));
    context.printer.hint(format_args!("then open {}", answers.dashboard()));
}
