//! The lines of a `.env` file: what a shell would understand, and what Docker writes.

/// One variable of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub value: String,
    /// The line where it begins, from 1.
    pub number: u64,
}

/// All variables of a text; what is no variable is left out.
pub(super) fn all(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest = text;
    let mut number = 1;
    while !rest.is_empty() {
        let (line, after) = one(rest, number);
        lines.extend(line);
        number += rest[..rest.len() - after.len()].matches('\n').count() as u64;
        rest = after;
    }
    lines
}

/// The variable of the first line, if it has one, and what comes after it.
fn one(text: &str, number: u64) -> (Option<Line>, &str) {
    let (line, end_of_line) = text.split_once('\n').unwrap_or((text, ""));
    let Some(at) = line.find('=') else { return (None, end_of_line) };
    let (name, value) = (&text[..at], &text[at + 1..]);
    let name = name.trim_start_matches([' ', '\t']);
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return (None, end_of_line);
    }
    let (value, after) = value_of(value);
    (Some(Line { name: name.to_owned(), value, number }), after)
}

/// A value and what comes after its line: pieces in quotation marks and pieces without, one after the other.
fn value_of(text: &str) -> (String, &str) {
    let mut value = String::new();
    // Spaces at the end belong to the value only within quotation marks.
    let mut kept = 0;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => {
                value.truncate(trimmed(&value, kept));
                return (value, &text[at + 1..]);
            }
            '\'' | '"' => {
                value.push_str(&within(c, &mut chars));
                kept = value.len();
            }
            '\\' => {
                value.extend(chars.next().map(|(_, next)| next));
                kept = value.len();
            }
            '#' if value.is_empty() || (value.len() > kept && value.ends_with([' ', '\t'])) => {
                value.truncate(trimmed(&value, kept));
                return (value, text[at..].find('\n').map_or("", |end| &text[at + end + 1..]));
            }
            ' ' | '\t' if value.is_empty() => {}
            c => value.push(c),
        }
    }
    value.truncate(trimmed(&value, kept));
    (value, "")
}

fn trimmed(value: &str, kept: usize) -> usize {
    value.trim_end().len().max(kept)
}

/// What stands until the closing quotation mark.
fn within(quote: char, chars: &mut std::str::CharIndices<'_>) -> String {
    let mut value = String::new();
    while let Some((_, c)) = chars.next() {
        match (quote, c) {
            (_, c) if c == quote => break,
            ('"', '\\') => match chars.next().map(|(_, next)| next) {
                Some('n') => value.push('\n'),
                Some(next @ ('"' | '\\' | '$' | '`')) => value.push(next),
                Some(next) => value.extend(['\\', next]),
                None => break,
            },
            (_, c) => value.push(c),
        }
    }
    value
}

/// A value as a shell reads it back: as it is when it is harmless, else in quotation marks.
pub fn quoted(value: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if !value.is_empty() && value.chars().all(harmless) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(text: &str) -> String {
        let lines = all(&format!("NAME={text}\nNEXT=1\n"));
        assert_eq!(lines.len(), 2, "{text:?}: {lines:?}");
        lines[0].value.clone()
    }

    #[test]
    fn values_are_read_as_shells_and_docker_write_them() {
        for (text, expected) in [
            ("plain", "plain"),
            ("two words ", "two words"),
            ("  'kept '  ", "kept "),
            ("\"a \\\"b\\\" \\\\ \\n\"", "a \"b\" \\ \n"),
            (r"'it'\''s'", "it's"),
            ("a # a remark", "a"),
            ("a#b", "a#b"),
            ("# a remark", ""),
            ("'over\ntwo lines'", "over\ntwo lines"),
            ("", ""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(value(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_variable_is_left_out() {
        let lines = all("# A=1\nexport B='2'\nnothing\n\nC D=3\n=4\n  E = 5\nF=6");
        let told: Vec<_> = lines.iter().map(|line| (line.name.as_str(), line.value.as_str(), line.number)).collect();
        assert_eq!(told, [("B", "2", 2), ("E", "5", 7), ("F", "6", 8)]);
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_read_back(text in any::<String>()) {
            prop_assert_eq!(value(&quoted(&text)), text);
        }
    }
}
