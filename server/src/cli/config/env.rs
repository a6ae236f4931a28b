//! `thon config env`: the configuration as variables, for programs that are started with nothing else.

use camino::Utf8Path;
use thon_core::private_file;

use crate::{
    cli::{Context, args::EnvFormat, error::CliError},
    config::{Exported, Loaded, Shown, ShownValue, quoted},
};

pub(super) fn env(
    loaded: &Loaded,
    output: Option<&Utf8Path>,
    format: EnvFormat,
    context: &Context,
) -> Result<(), CliError> {
    let exported: Vec<Exported<'_>> = loaded.shown.iter().filter_map(Shown::exported).collect();
    for Exported { name, value, secret } in &exported {
        let value = if *secret { ShownValue::HIDDEN } else { value };
        context.printer.data(format_args!("{name}={}", written(name, value, format)?));
    }
    let Some(output) = output else {
        context.printer.hint("`--output PATH` writes them to a file, with their secrets");
        return Ok(());
    };
    let mut text = String::new();
    for Exported { name, value, .. } in &exported {
        text.extend([*name, "=", &written(name, value, format)?, "\n"]);
    }
    let path = context.sources.absolute(output);
    private_file::write(&path, &text).map_err(|error| {
        CliError::user(format!("cannot write {path}: {error}")).with_hint("check the folder's rights")
    })?;
    context.printer.note(format_args!("written to {path}, readable for you alone"));
    if path.file_name() == Some(".env") {
        context.printer.hint("THON reads this file too, and what stands in it is stronger than thon.yaml");
    }
    Ok(())
}

/// A value as its reader takes it.
fn written(name: &str, value: &str, format: EnvFormat) -> Result<String, CliError> {
    match format {
        EnvFormat::Shell => Ok(quoted(value)),
        EnvFormat::Docker if value.contains(['\n', '\r']) => {
            Err(CliError::user(format!("{name} has several lines, which Docker cannot read from a file"))
                .with_hint("give it to the container in a file of its own"))
        }
        EnvFormat::Docker => Ok(value.to_owned()),
    }
}
