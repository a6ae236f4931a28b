//! The text of a configuration file as it may be drawn: what is or may be a secret is crossed out, letter by letter.

use thon_core::yaml::{Node, Position, Value};

use super::{Key, keys::nearest};

/// Words in the names of keys that hold secrets, also of keys that are misspelt.
const WORDS: &[&str] = &["password", "passw", "secret", "key", "token", "url"];

/// Crosses out the values of secret keys, and of unknown ones that may be a secret's key misspelt.
pub(super) fn by_keys(text: &str, root: &Node, keys: &[&Key]) -> String {
    let mut cross = Cross { text: text.as_bytes().to_vec(), keys };
    cross.section(root, "");
    // Only whole characters were replaced, by as many letters as they have bytes.
    String::from_utf8(cross.text).unwrap_or_default()
}

/// Crosses out where the text is no YAML and has no keys: punctuation stays, and what stands before the first colon.
pub(super) fn by_shape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let in_block = block.is_some_and(|begun| indent > begun || line.trim().is_empty());
        let shown = if in_block { 0 } else { line.find(':').unwrap_or(0) };
        out.push_str(&line[..shown]);
        out.extend(line[shown..].chars().flat_map(crossed));
        if !in_block {
            block = line.trim_end().ends_with(['|', '>', '-', '+']).then_some(indent);
        }
    }
    out
}

/// Letters and digits are crossed out, so that what is wrong with the rest can still be seen.
fn crossed(c: char) -> impl Iterator<Item = char> {
    let hidden = c.is_alphanumeric() || !c.is_ascii();
    std::iter::repeat_n(if hidden { '*' } else { c }, c.len_utf8())
}

struct Cross<'k> {
    text: Vec<u8>,
    keys: &'k [&'k Key],
}

impl Cross<'_> {
    fn section(&mut self, node: &Node, section: &str) {
        let Value::Map(entries) = &node.value else { return self.out(node) };
        for (key, child) in entries {
            let path = format!("{section}{}", key.name);
            match self.keys.iter().find(|known| known.names().any(|name| name == path)) {
                Some(known) if !known.secret && !known.fields.iter().any(|field| field.secret) => {}
                None if self.is_section(&path) => self.section(child, &format!("{path}.")),
                None if self.is_harmless(&path) => {}
                Some(_) | None => self.out(child),
            }
        }
    }

    fn is_section(&self, path: &str) -> bool {
        self.names().any(|(name, _)| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Whether an unknown key means one that holds no secret.
    fn is_harmless(&self, path: &str) -> bool {
        let meant = nearest(path, self.names().map(|(name, _)| name));
        let sounds_secret = WORDS.iter().any(|word| path.to_ascii_lowercase().contains(word));
        !sounds_secret && self.names().any(|(name, secret)| Some(name) == meant && !secret)
    }

    fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.keys.iter().flat_map(|key| key.names().map(|name| (name, key.secret)))
    }

    fn out(&mut self, node: &Node) {
        match &node.value {
            Value::Null => {}
            Value::List(entries) => entries.iter().for_each(|entry| self.out(entry)),
            Value::Map(entries) => entries.iter().for_each(|(_, entry)| self.out(entry)),
            _ => self.span(node.at),
        }
    }

    fn span(&mut self, at: Position) {
        let start = at.offset.min(self.text.len());
        let line = self.text[start..].iter().position(|byte| *byte == b'\n').unwrap_or(self.text.len() - start);
        let length = if at.length == 0 { line } else { at.length.min(self.text.len() - start) };
        for byte in &mut self.text[start..start + length] {
            if !byte.is_ascii_whitespace() {
                *byte = b'*';
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_that_is_no_yaml_only_its_shape_stays() {
        let text = "auth: {local_password: hünter\nport: 8\nkey: |\n  line: one\n\n  two\nimage: 'a\n- b\n";
        let expected = "auth: {*****_********: *******\nport: *\nkey: |\n  ****: ***\n\n  ***\nimage: '*\n- *\n";
        assert_eq!(by_shape(text), expected);
    }
}
