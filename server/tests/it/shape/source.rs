//! Source files, and their code without comments, texts and tests.

use std::{fs, path::Path};

/// The folders that hold our sources.
const FOLDERS: &[&str] = &["app", "frontend", "server", "crates"];

/// A Rust file.
pub(super) struct SourceFile {
    /// From the workspace's folder, for example `server/src/main.rs`.
    pub path: String,
    text: String,
}

impl SourceFile {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// All of ours.
    pub fn all(root: &Path) -> Vec<Self> {
        let mut files = Vec::new();
        for folder in FOLDERS {
            collect(root, &root.join(folder), &mut files);
        }
        files
    }

    /// Whether all of it is a test or builds something, where other rules hold.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || self.path.ends_with("/build.rs")
    }

    /// How many lines it has without its tests.
    pub fn length(&self) -> usize {
        self.without_tests().lines().count()
    }

    /// The code alone: comments, texts and tests blanked out, lines kept.
    pub fn code(&self) -> String {
        blanked(self.without_tests())
    }

    /// Its lines with their numbers, texts and comments included, tests left out.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.without_tests().lines().enumerate().map(|(nth, line)| (nth + 1, line))
    }

    /// Everything before `#[cfg(test)] mod tests {` at the end.
    fn without_tests(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("inside").to_string_lossy().into_owned();
            files.push(SourceFile::new(&name, &fs::read_to_string(&path).expect("UTF-8")));
        }
    }
}

/// The text with everything that is not code replaced by spaces.
fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = not_code(rest, out.chars().next_back());
        let taken = if length == 0 { first.len_utf8() } else { length };
        let (head, tail) = rest.split_at(taken);
        if length == 0 {
            out.push_str(head);
        } else {
            out.extend(head.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        rest = tail;
    }
    out
}

/// How many bytes at the start are a comment or a literal text; 0 when it is code.
fn not_code(rest: &str, before: Option<char>) -> usize {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        rest.find("*/").map_or(rest.len(), |end| end + 2)
    } else if rest.starts_with('"') {
        quoted(rest)
    } else if !in_word && (rest.starts_with("r\"") || rest.starts_with("r#")) {
        raw(rest)
    } else if rest.starts_with('\'') {
        character(rest)
    } else {
        0
    }
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

fn raw(rest: &str) -> usize {
    let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
    if !rest[1 + hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 2;
    rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
}

/// `'x'` or `'\n'`, but no lifetime.
fn character(rest: &str) -> usize {
    let inner: Vec<char> = rest.chars().skip(1).take(12).collect();
    let end = match inner.as_slice() {
        ['\\', _, ..] => inner[2..].iter().position(|c| *c == '\'').map(|at| at + 2),
        [_, '\'', ..] => Some(1),
        _ => None,
    };
    end.map_or(0, |end| 2 + inner[..end].iter().map(|c| c.len_utf8()).sum::<usize>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_left() {
        let text = "let a = \"x \\\" // y\"; // note\nlet b = r#\"q\" y\"#; let c: &'a str = '\"'; /* z */ d('\\'')";
        let code = blanked(text);
        assert_eq!(
            code.split_whitespace().collect::<Vec<_>>().join(" "),
            "let a = ; let b = ; let c: &'a str = ; d( )"
        );
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn tests_at_the_end_do_not_count() {
        let file = SourceFile::new("x.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n");
        assert_eq!(file.length(), 1);
        assert!(!file.code().contains("fn b"));
    }
}
