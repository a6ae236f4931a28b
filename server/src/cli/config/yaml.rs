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
    let mut open: Vec<&str> = Vec::new();
    for Shown { key, value, origin, .. } in shown {
        let mut sections: Vec<&str> = key.name.split('.').collect();
        let name = sections.pop().unwrap_or_default();
        let shared = open.iter().zip(&sections).take_while(|(a, b)| a == b).count();
        for (depth, section) in sections.iter().enumerate().skip(shared) {
            out.extend([&indent(depth), *section, ":\n"]);
        }
        let comment = if with_origin { format!("  # {origin}") } else { String::new() };
        out.push_str(&entry(&indent(sections.len()), name, value, &comment)?);
        open = sections;
    }
    Ok(out)
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

fn entry(indent: &str, name: &str, value: &ShownValue, comment: &str) -> Result<String, CliError> {
    let is_list = matches!(value, ShownValue::Texts(_) | ShownValue::Entries(_) | ShownValue::Groups(_));
    let text = if *value == ShownValue::Unset { String::new() } else { yaml(value)? };
    Ok(match text.trim_end() {
        "" => format!("{indent}{name}:{comment}\n"),
        several if is_list && several != "[]" => {
            let lines = several.lines().map(|line| format!("{indent}{line}\n"));
            format!("{indent}{name}:{comment}\n{}", lines.collect::<String>())
        }
        one => format!("{indent}{name}: {one}{comment}\n"),
    })
}

fn yaml(value: &ShownValue) -> Result<String, CliError> {
    serde_saphyr::to_string(value).map_err(|error| CliError::ours(format!("cannot write YAML: {error}")))
}
