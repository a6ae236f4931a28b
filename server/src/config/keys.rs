//! What is said about names in `thon.yaml` that are no keys.

use camino::Utf8Path;
use thon_core::yaml::{self, Node, Value};

use super::{Key, Mistake};

/// Everything in a file that is no key of ours: unknown names, names written twice, sections that are no maps.
pub(super) fn unknown(file: &Utf8Path, root: &Node, prefix: &str, keys: &[&Key]) -> Vec<Mistake> {
    let names = keys.iter().flat_map(|key| key.names()).collect();
    let mut walk = Walk { file, prefix, names, mistakes: Vec::new() };
    walk.section(root, "");
    walk.mistakes
}

struct Walk<'w> {
    file: &'w Utf8Path,
    /// What stands before every name, for the entries of lists.
    prefix: &'w str,
    names: Vec<&'w str>,
    mistakes: Vec<Mistake>,
}

impl Walk<'_> {
    fn section(&mut self, node: &Node, section: &str) {
        let Value::Map(entries) = &node.value else {
            if node.value != Value::Null {
                let name = format!("{}{section}", self.prefix);
                let message =
                    format!("`{}` holds keys and values, found {}", name.trim_end_matches('.'), node.value.kind());
                self.mistakes.push(Mistake::at(self.file, node.at, message));
            }
            return;
        };
        for (nth, (key, child)) in entries.iter().enumerate() {
            let path = format!("{section}{}", key.name);
            if entries[..nth].iter().any(|(earlier, _)| earlier.name == key.name) {
                let message = format!("`{}{path}` is written twice", self.prefix);
                self.mistakes.push(Mistake::at(self.file, key.at, message).with_hint("keep one of them"));
            } else if self.is_section(&path) {
                self.section(child, &format!("{path}."));
            } else if !self.names.contains(&path.as_str()) {
                let mistake = self.unknown(key, section);
                self.mistakes.push(mistake);
            }
        }
    }

    fn is_section(&self, path: &str) -> bool {
        self.names.iter().any(|name| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }

    fn unknown(&self, key: &yaml::Key, section: &str) -> Mistake {
        let prefix = self.prefix;
        let mistake = Mistake::at(self.file, key.at, format!("unknown key `{prefix}{section}{}`", key.name));
        let here = self.names.iter().filter_map(|name| name.strip_prefix(section)?.split('.').next());
        if let Some(near) = nearest(&key.name, here) {
            return mistake.with_hint(format!("did you mean `{prefix}{section}{near}`?"));
        }
        // A key in the wrong section, for example `port` at the root.
        let mut elsewhere = self.names.iter().filter(|name| name.rsplit('.').next() == Some(&key.name));
        match (elsewhere.next(), elsewhere.next()) {
            (Some(name), None) => mistake.with_hint(format!("did you mean `{prefix}{name}`?")),
            (Some(name), Some(other)) => mistake.with_hint(format!("did you mean `{name}` or `{other}`?")),
            (None, _) => mistake.with_hint("`thon config show` lists the keys that there are"),
        }
    }
}

/// The word nearest to what was written, if any is near enough to be meant.
pub(crate) fn nearest<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let written = written.to_lowercase().replace('-', "_");
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&written, &word.replace('-', "_")), word))
        .filter(|(distance, word)| *distance <= (word.len() / 3).max(1))
        .min()
        .map(|(_, word)| word)
}
