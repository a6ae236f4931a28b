//! The configuration written as YAML: as it took effect, or as an example of everything that may be written.

use std::collections::BTreeMap;

use super::{Effect, Shown, ShownValue};

/// Says that a value cannot be written, which is our mistake.
pub type YamlError = serde_saphyr::SerializeError;

/// All keys with their values, a section at a time.
///
/// # Errors
/// When a value cannot be written.
pub fn written(shown: &[Shown], with_origin: bool) -> Result<String, YamlError> {
    let mut sections = Sections::default();
    let mut out = String::new();
    for Shown { key, value, origin, .. } in shown {
        let (indent, name) = sections.entered(&key.name, &mut out);
        let comment = if with_origin { format!("  # {origin}") } else { String::new() };
        out.push_str(&entry(&indent, name, value, &comment)?);
    }
    Ok(out)
}

/// All keys that have an effect or will have one, as comments with their defaults, each under what it is for.
///
/// # Errors
/// When a value cannot be written.
pub fn example(shown: &[Shown]) -> Result<String, YamlError> {
    let mut sections = Sections::default();
    let mut out = String::new();
    for Shown { key, .. } in shown.iter().filter(|shown| !matches!(shown.key.effect, Effect::Never(_))) {
        if !sections.is_open(&key.name) {
            out.push('\n');
        }
        let (indent, name) = sections.entered(&key.name, &mut out);
        let later = if key.effect == Effect::Later { "; no effect yet" } else { "" };
        out.extend([&indent, "# ", key.about, " (", &key.takes, later, ")\n"]);
        out.push_str(&entry(&indent, name, &key.default, "")?);
    }
    let commented = |line: &str| match line.as_bytes().first() {
        None | Some(b'#') => format!("{line}\n"),
        Some(_) => format!("# {line}\n"),
    };
    Ok(out.lines().map(commented).collect())
}

/// The chosen keys with their values, and all others that have an effect as comments with their defaults.
///
/// # Errors
/// When a value cannot be written.
pub fn chosen(shown: &[Shown], chosen: &BTreeMap<String, ShownValue>) -> Result<String, YamlError> {
    let mut sections = Sections::default();
    let mut out = String::new();
    let is_written =
        |shown: &&Shown| chosen.contains_key(&shown.key.name) || !matches!(shown.key.effect, Effect::Never(_));
    for Shown { key, .. } in shown.iter().filter(is_written) {
        if !sections.is_open(&key.name) {
            out.push('\n');
        }
        let mut headings = String::new();
        let (indent, name) = sections.entered(&key.name, &mut headings);
        for heading in headings.lines() {
            let depth = heading.len() - heading.trim_start().len();
            let section: String = key.name.split_inclusive('.').take(depth / 2 + 1).collect();
            let has_chosen = chosen.keys().any(|key| key.starts_with(&section));
            out.push_str(&as_comment(heading, !has_chosen));
        }
        let value = chosen.get(&key.name);
        let about = format!("{indent}# {} ({})\n", key.about, key.takes);
        for line in (about + &entry(&indent, name, value.unwrap_or(&key.default), "")?).lines() {
            out.push_str(&as_comment(line, value.is_none()));
        }
    }
    Ok(out)
}

/// A line, as a comment or as it is. Taking the `# ` away makes it count.
fn as_comment(line: &str, comment: bool) -> String {
    if comment && !line.starts_with('#') { format!("# {line}\n") } else { format!("{line}\n") }
}

/// The sections that have been begun.
#[derive(Default)]
struct Sections<'s>(Vec<&'s str>);

impl<'s> Sections<'s> {
    fn is_open(&self, key: &str) -> bool {
        key.split('.').next() == self.0.first().copied() && key.contains('.')
    }

    /// Begins the sections of a key that are not begun yet; how far its name is set in, and the name in its section.
    fn entered(&mut self, key: &'s str, out: &mut String) -> (String, &'s str) {
        let mut sections: Vec<&str> = key.split('.').collect();
        let name = sections.pop().unwrap_or_default();
        let shared = self.0.iter().zip(&sections).take_while(|(a, b)| a == b).count();
        for (depth, section) in sections.iter().enumerate().skip(shared) {
            out.extend([&"  ".repeat(depth), *section, ":\n"]);
        }
        let indent = "  ".repeat(sections.len());
        self.0 = sections;
        (indent, name)
    }
}

fn entry(indent: &str, name: &str, value: &ShownValue, comment: &str) -> Result<String, YamlError> {
    let is_list = matches!(value, ShownValue::Texts(_) | ShownValue::Entries(_) | ShownValue::Groups(_));
    let text = if *value == ShownValue::Unset { String::new() } else { serde_saphyr::to_string(value)? };
    Ok(match text.trim_end() {
        "" => format!("{indent}{name}:{comment}\n"),
        several if is_list && several != "[]" => {
            let lines = several.lines().map(|line| format!("{indent}{line}\n"));
            format!("{indent}{name}:{comment}\n{}", lines.collect::<String>())
        }
        one => format!("{indent}{name}: {one}{comment}\n"),
    })
}
