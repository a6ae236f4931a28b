//! `thon config`: what the configuration is, where it comes from, whether it is good.

mod env;
mod running;

use std::process::ExitCode;

use super::{
    Context,
    args::{ConfigArguments, ConfigCommand},
    error::CliError,
};
use crate::config::{Config, Loaded, Origin, yaml};

pub(super) fn config(arguments: &ConfigArguments, context: &Context) -> Result<ExitCode, CliError> {
    let loaded = Config::load(&context.sources)?;
    for hint in &loaded.hints {
        context.printer.hint(hint);
    }
    match &arguments.command {
        ConfigCommand::Show { origin } => {
            let loaded = running::with_settings(loaded, context)?;
            let text = yaml::written(&loaded.shown, *origin).map_err(|error| CliError::ours(error.to_string()))?;
            context.printer.data(text.trim_end());
        }
        ConfigCommand::Env { output, format } => env::env(&loaded, output.as_deref(), *format, context)?,
        ConfigCommand::Validate => {
            loaded.check_exposure()?;
            context.printer.data(summary(&loaded));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is configured, in a few lines.
fn summary(loaded: &Loaded) -> String {
    let Config { groups, database, dashboard, auth, sandbox, .. } = &loaded.config;
    let file = loaded.file.as_ref().map_or("no file, all defaults", |file| file.as_str());
    // Which .env is found depends on the folder, so it is told where it has a say.
    let variables = loaded.shown.iter().find_map(|shown| match &shown.origin {
        Origin::EnvFile { path, .. } => Some(format!("  variables  {path}")),
        _ => None,
    });
    let people: usize = groups.iter().map(|group| group.users.len()).sum();
    let password = if auth.can_sign_in() { "links and a password" } else { "links" };
    let lines = [
        format!("the configuration is good: {file}"),
        format!("  database   {}", database.shown()),
        format!("  dashboard  http://{}", std::net::SocketAddr::new(dashboard.host, dashboard.port)),
        format!("  sign-in    {password}"),
        format!("  sandboxes  {}, image {}", sandbox.runtime, sandbox.image()),
        format!("  groups     {} with {people} people", groups.len()),
    ];
    lines.into_iter().chain(variables).collect::<Vec<_>>().join("\n")
}
