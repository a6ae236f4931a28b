//! The configuration written as the YAML that would give it, with the origin of each value as a comment.

use crate::{
    cli::error::CliError,
    config::{Shown, ShownValue},
};

/// All keys, a section at a time.
///
/// # Errors
/// When a value cannot be written, which is our mistake.
pub(super) fn written(shown: &[Shown], with_origin: bool) -> Result<String, CliError> {
    let mut out = String::new();
    let mut current = "";
    for Shown { key, value, origin } in shown {
        let (section, name) = key.split_once('.').unwrap_or(("", key));
        if section != current && !section.is_empty() {
            out.extend([section, ":\n"]);
        }
        current = section;
        let indent = if section.is_empty() { "" } else { "  " };
        let comment = if with_origin { format!("  # {origin}") } else { String::new() };
        out.push_str(&entry(indent, name, value, &comment)?);
    }
    Ok(out)
}

fn entry(indent: &str, name: &str, value: &ShownValue, comment: &str) -> Result<String, CliError> {
    match value {
        ShownValue::Unset => Ok(format!("{indent}{name}:{comment}\n")),
        ShownValue::Groups(groups) if groups.is_empty() => Ok(format!("{indent}{name}: []{comment}\n")),
        ShownValue::Groups(groups) => Ok(format!("{indent}{name}:{comment}\n{}", yaml(groups)?)),
        scalar => Ok(format!("{indent}{name}: {}{comment}\n", yaml(scalar)?.trim_end())),
    }
}

fn yaml(value: &impl serde::Serialize) -> Result<String, CliError> {
    serde_saphyr::to_string(value).map_err(|error| CliError::ours(format!("cannot write YAML: {error}")))
}
