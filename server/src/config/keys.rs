//! The keys that `thon.yaml` may hold, and what is said about others.

use camino::Utf8Path;
use thon_core::yaml::{Key, Node, Value};

use super::{Mistake, file::ConfigFile};

/// Every key, in the order in which `thon config show` prints them.
pub(super) const KEYS: &[&str] = &[
    "demo",
    "log_level",
    "log_format",
    "event.id",
    "event.title",
    "database.url",
    "dashboard.host",
    "dashboard.port",
    "auth.local_password",
    "auth.local_password_file",
    "sandbox.runtime",
    "sandbox.image",
    "sandbox.docker_host",
    "sandbox.starting_port",
    "sandbox.parallel_starts",
    "sandbox.timeout_minutes",
    "sandbox.memory",
    "sandbox.cpus",
    "sandbox.pids",
    "sandbox.disk",
    "vscode.secure",
    "workspace.dir",
    "groups",
];

/// Flags that set a key.
pub(super) const FLAGS: &[&str] = &["--log-level", "--host", "--port"];

/// Everything in a file that is no key of ours: unknown names, names written twice, sections that are no maps.
pub(super) fn unknown(file: &ConfigFile) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    walk(&file.path, &file.root, "", &mut mistakes);
    mistakes
}

fn walk(file: &Utf8Path, node: &Node, prefix: &str, mistakes: &mut Vec<Mistake>) {
    let Value::Map(entries) = &node.value else {
        if node.value != Value::Null {
            let section = prefix.trim_end_matches('.');
            let message = format!("`{section}` holds keys and values, found {}", node.value.kind());
            mistakes.push(Mistake::at(file, node.at, message));
        }
        return;
    };
    for (nth, (key, child)) in entries.iter().enumerate() {
        let path = format!("{prefix}{}", key.name);
        if entries[..nth].iter().any(|(earlier, _)| earlier.name == key.name) {
            mistakes
                .push(Mistake::at(file, key.at, format!("`{path}` is written twice")).with_hint("keep one of them"));
        } else if is_section(&path) {
            walk(file, child, &format!("{path}."), mistakes);
        } else if !KEYS.contains(&path.as_str()) {
            mistakes.push(unknown_key(file, key, prefix));
        }
    }
}

fn is_section(path: &str) -> bool {
    KEYS.iter().any(|key| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

fn unknown_key(file: &Utf8Path, key: &Key, prefix: &str) -> Mistake {
    let mistake = Mistake::at(file, key.at, format!("unknown key `{prefix}{}`", key.name));
    let here = KEYS.iter().filter_map(|known| known.strip_prefix(prefix)).filter_map(|rest| rest.split('.').next());
    if let Some(near) = nearest(&key.name, here) {
        return mistake.with_hint(format!("did you mean `{prefix}{near}`?"));
    }
    // A key in the wrong section, for example `port` at the root.
    let elsewhere = KEYS.iter().find(|known| known.rsplit('.').next() == Some(&key.name));
    match elsewhere {
        Some(known) => mistake.with_hint(format!("did you mean `{known}`?")),
        None => mistake.with_hint("`thon config show` lists the keys that there are"),
    }
}

/// The word nearest to what was written, if any is near enough to be meant.
pub(crate) fn nearest<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let written = written.to_lowercase().replace('-', "_");
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&written, word), word))
        .filter(|(distance, word)| *distance <= (word.len() / 3).max(1))
        .min()
        .map(|(_, word)| word)
}
