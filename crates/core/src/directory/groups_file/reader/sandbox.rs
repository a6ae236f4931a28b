//! Reads what sandboxes of a group or a user have of their own: `sandbox: {memory: 4GiB, cpus: 2}`.

use thon_domain::{
    byte_size::ByteSize,
    sandbox::{Cpus, SandboxOverrides},
};

use super::Reader;
use crate::yaml::{Key, Node, Value};

impl Reader {
    /// The overrides; nothing when nothing is said. An empty map takes away what was there.
    pub(super) fn sandbox(&mut self, node: &Node, path: &str) -> Option<SandboxOverrides> {
        let entries = match &node.value {
            Value::Null => return None,
            Value::Map(entries) => entries,
            other => {
                self.note(node.at, path, format!("expected keys such as `memory`, found {}", other.kind()));
                return None;
            }
        };
        self.report_twice(entries, path);
        let mut overrides = SandboxOverrides::default();
        for (key, node) in entries {
            self.sandbox_key(&mut overrides, key, node, path);
        }
        let mistakes = overrides.mistakes();
        for mistake in &mistakes {
            self.note(node.at, &format!("{path}.{}", spelled(&mistake.field)), &mistake.message);
        }
        mistakes.is_empty().then_some(overrides)
    }

    fn sandbox_key(&mut self, overrides: &mut SandboxOverrides, key: &Key, node: &Node, path: &str) {
        let path_of_key = format!("{path}.{}", key.name);
        let path_of_key = path_of_key.as_str();
        match key.name.as_str() {
            "memory" | "memory_bytes" => overrides.memory_bytes = self.size(node, path_of_key),
            "disk" | "disk_bytes" => overrides.disk_bytes = self.size(node, path_of_key),
            "cpus" => overrides.cpus = self.parsed(node, path_of_key, "a number of cores such as 1.5", cpus),
            "pids" => overrides.pids = self.parsed(node, path_of_key, "a whole number", |text| text.parse().ok()),
            "image" => overrides.image = self.parsed(node, path_of_key, "the name of an image", word),
            "runtime" => overrides.runtime = self.parsed(node, path_of_key, "the name of a runtime", word),
            other => {
                let message = format!(
                    "unknown key `{other}`; a sandbox has `memory`, `cpus`, `pids`, `disk`, `image` and `runtime`"
                );
                self.note(key.at, path, message);
            }
        }
    }

    fn size(&mut self, node: &Node, path: &str) -> Option<u64> {
        let bytes = |text: &str| text.parse().ok().map(|ByteSize(bytes)| bytes);
        self.parsed(node, path, "a size such as 4GiB", bytes)
    }

    fn parsed<T>(&mut self, node: &Node, path: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        if matches!(node.value, Value::Null) {
            return None;
        }
        let parsed = node.as_text().and_then(|text| parse(text.trim()));
        if parsed.is_none() {
            self.note(node.at, path, format!("expected {expected}"));
        }
        parsed
    }
}

fn cpus(text: &str) -> Option<Cpus> {
    Cpus::new(text.parse().ok()?).ok()
}

fn word(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// A field of the overrides as a groups file spells it.
fn spelled(field: &str) -> &str {
    field.strip_suffix("_bytes").unwrap_or(field)
}
