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

/// Crosses out by the look of lines, where the text is no YAML and has no keys.
pub(super) fn by_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden_below: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if hidden_below.is_some_and(|limit| indent > limit) {
            out.push_str(&crossed(line));
            continue;
        }
        let shown = shown_part(line);
        hidden_below = (shown < line.len()).then_some(indent);
        out.push_str(&line[..shown]);
        out.push_str(&crossed(&line[shown..]));
    }
    out
}

/// How much of a line may be shown: all of it, or as far as a key that may be a secret's.
fn shown_part(line: &str) -> usize {
    let mut from = 0;
    while let Some(colon) = line[from..].find(':') {
        let name = line[from..from + colon].to_ascii_lowercase();
        from += colon + 1;
        if WORDS.iter().any(|word| name.contains(word)) {
            return from;
        }
    }
    line.len()
}

fn crossed(text: &str) -> String {
    text.chars().flat_map(|c| std::iter::repeat_n(if c.is_whitespace() { c } else { '*' }, c.len_utf8())).collect()
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
                Some(known) if !known.secret => {}
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
    fn lines_that_look_like_secrets_are_crossed_out() {
        let text = "auth: {local_password: hünter\nport: 8\napi_key: |\n  line one\n  two\nimage: a\n";
        let expected = "auth: {local_password: *******\nport: 8\napi_key: *\n  **** ***\n  ***\nimage: a\n";
        assert_eq!(by_words(text), expected);
    }
}
