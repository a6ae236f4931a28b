//! The rules for sources: what may stand where, how long a file may be, which words are not used.

use super::{Offence, source::SourceFile};

/// The most lines of a file without its tests.
const MAX_LINES: usize = 400;

/// The most places of `app` that only the server compiles.
const SSR_BUDGET: usize = 5;

/// The one home of `tokio::spawn`.
const SPAWN_HOME: &str = "crates/core/src/task.rs";

/// Endings of type names that say nothing.
const EMPTY_WORDS: &[&str] = &["Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Impl"];

/// Every rule that looks at one file.
pub(super) fn all(file: &SourceFile) -> Vec<Offence> {
    let mut offences = file_name(file);
    if !file.is_test() {
        offences.extend(length(file));
        offences.extend(clap(file));
        offences.extend(process_environment(file));
        offences.extend(spawn(file));
        offences.extend(words(file));
    }
    offences
}

fn file_name(file: &SourceFile) -> Vec<Offence> {
    let todo = "name it after its module: foo.rs beside foo/";
    let found = file.path.ends_with("/mod.rs").then(|| Offence::new(&file.path, "is a mod.rs", todo));
    found.into_iter().collect()
}

fn length(file: &SourceFile) -> Vec<Offence> {
    let todo = "split it: a file says one thing (target 200 lines)";
    let lines = file.length();
    let what = format!("has {lines} lines without its tests, at most {MAX_LINES}");
    (lines > MAX_LINES).then(|| Offence::new(&file.path, what, todo)).into_iter().collect()
}

fn clap(file: &SourceFile) -> Vec<Offence> {
    let at_home = file.path == "server/src/cli.rs" || file.path.starts_with("server/src/cli/");
    if at_home {
        return Vec::new();
    }
    at_lines(file, "uses clap", "keep the command line in server/src/cli", |line| has_path(line, "clap"))
}

fn process_environment(file: &SourceFile) -> Vec<Offence> {
    let at_home = file.path == "server/src/config.rs" || file.path.starts_with("server/src/config/");
    if at_home {
        return Vec::new();
    }
    let todo = "take the value as a parameter; server/src/config reads the environment";
    let mut offences = at_lines(file, "uses std::env", todo, |line| {
        line.match_indices("std::env").any(|(at, found)| !line[at + found.len()..].starts_with('!'))
    });
    if offences.is_empty() && imported_from_std(&file.code()).any(|name| name == "env" || name.starts_with("env::")) {
        offences.push(Offence::new(&file.path, "imports std::env", todo));
    }
    offences
}

/// The names in every `use std::{…}`.
fn imported_from_std(code: &str) -> impl Iterator<Item = String> {
    code.split("use std::{").skip(1).flat_map(|group| {
        let (mut depth, mut names) = (0, vec![String::new()]);
        for c in group.chars().filter(|c| !c.is_whitespace()) {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => names.push(String::new()),
                _ => names.last_mut().expect("a name").push(c),
            }
        }
        names
    })
}

fn spawn(file: &SourceFile) -> Vec<Offence> {
    if file.path == SPAWN_HOME {
        return Vec::new();
    }
    let todo = "start it through `Tasks`, so that it is stopped and waited for";
    at_lines(file, "spawns by itself", todo, |line| line.contains("tokio::spawn(") || line.contains("task::spawn("))
}

fn words(file: &SourceFile) -> Vec<Offence> {
    let mut offences = at_lines(file, "names a type after nothing", "say what it is: a noun of this trade", |line| {
        let mut parts =
            line.split_whitespace().skip_while(|word| !matches!(*word, "struct" | "enum" | "trait" | "type"));
        let name = parts.nth(1).unwrap_or_default();
        let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // `type Service = …` inside an impl is a foreign trait's word.
        let own = !line.starts_with(char::is_whitespace);
        own && EMPTY_WORDS.iter().any(|word| name.ends_with(word))
    });
    let todo = "call it after what it gives: `name()`, not `get_name()`";
    offences.extend(at_lines(file, "names a function get_…", todo, |line| line.contains("fn get_")));
    offences
}

/// More places of `app` than agreed that only the server compiles.
pub(super) fn ssr_budget(files: &[SourceFile]) -> Vec<Offence> {
    let places = files.iter().filter(|file| file.path.starts_with("app/")).flat_map(|file| {
        // The feature's name is a text, so the code alone does not show it.
        let lines = file.lines().filter(|(_, line)| line.contains("cfg") && line.contains("feature = \"ssr\""));
        lines.map(|(nth, _)| format!("{}:{nth}", file.path)).collect::<Vec<_>>()
    });
    let places: Vec<String> = places.collect();
    let what = format!("{} places are for the server alone, at most {SSR_BUDGET}: {}", places.len(), places.join(", "));
    let todo = "put server-only imports inside the bodies of server functions, or into api/context.rs";
    (places.len() > SSR_BUDGET).then(|| Offence::new("app", what, todo)).into_iter().collect()
}

/// An offence for every line of code that a rule does not like.
fn at_lines(file: &SourceFile, what: &str, todo: &'static str, breaks: impl Fn(&str) -> bool) -> Vec<Offence> {
    let code = file.code();
    let found = code.lines().enumerate().filter(|(_, line)| breaks(line));
    found.map(|(nth, _)| Offence::new(format!("{}:{}", file.path, nth + 1), what, todo)).collect()
}

/// Whether a line has a path that starts with this crate.
fn has_path(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let own = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':');
        own && line[at + name.len()..].starts_with("::")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        all(&SourceFile::new(path, text)).iter().map(|offence| format!("{} {}", offence.place, offence.what)).collect()
    }

    #[test]
    fn a_mod_rs_is_found() {
        assert_eq!(found("app/src/ui/mod.rs", ""), ["app/src/ui/mod.rs is a mod.rs"]);
        assert_eq!(found("server/tests/it/mod.rs", ""), ["server/tests/it/mod.rs is a mod.rs"]);
    }

    #[test]
    fn a_long_file_is_found() {
        let long = "fn a() {}\n".repeat(401);
        assert_eq!(found("app/src/a.rs", &long), ["app/src/a.rs has 401 lines without its tests, at most 400"]);
        assert!(found("app/tests/it/a.rs", &long).is_empty());
        assert!(found("app/src/a.rs", &format!("\n#[cfg(test)]\nmod tests {{\n{long}}}\n")).is_empty());
    }

    #[test]
    fn clap_outside_the_command_line_is_found() {
        assert_eq!(found("server/src/http.rs", "\nuse clap::Parser;"), ["server/src/http.rs:2 uses clap"]);
        assert_eq!(found("server/src/http.rs", "#[derive(clap::Args)]"), ["server/src/http.rs:1 uses clap"]);
        assert!(found("server/src/cli/args.rs", "use clap::Parser;").is_empty());
        assert!(found("server/src/http.rs", "// clap::Parser\nuse crate::clap::x;").is_empty());
    }

    #[test]
    fn the_environment_outside_the_configuration_is_found() {
        for text in [
            "let a = std::env::var(b);",
            "use std::env;",
            "use std::{env, fs};",
            "use std::{\n fmt::{self},\n env::var,\n};",
        ] {
            assert_eq!(found("crates/core/src/a.rs", text).len(), 1, "{text}");
        }
        for text in ["env!(\"A\")", "std::env!(\"A\")", "// std::env", "\"std::env\"", "use std::{fmt, io};"] {
            assert!(found("crates/core/src/a.rs", text).is_empty(), "{text}");
        }
        assert!(found("server/src/config/process.rs", "use std::env;").is_empty());
        assert!(found("app/build.rs", "use std::env;").is_empty());
    }

    #[test]
    fn a_bare_spawn_is_found() {
        assert_eq!(found("crates/edge/src/a.rs", "tokio::spawn(x);"), ["crates/edge/src/a.rs:1 spawns by itself"]);
        assert!(found(SPAWN_HOME, "tokio::spawn(x);").is_empty());
        assert!(found("crates/edge/src/a.rs", "tokio::task::spawn_blocking(x);").is_empty());
    }

    #[test]
    fn empty_words_are_found() {
        for text in [
            "struct RouteManager;",
            "pub enum UserHelper {",
            "pub(crate) trait FleetService: Send {",
            "type DbUtils = ();",
        ] {
            assert_eq!(
                found("crates/core/src/a.rs", text),
                ["crates/core/src/a.rs:1 names a type after nothing"],
                "{text}"
            );
        }
        assert_eq!(
            found("crates/core/src/a.rs", "    pub fn get_name()"),
            ["crates/core/src/a.rs:1 names a function get_…"]
        );
        assert!(found("crates/core/src/a.rs", "struct ServiceName;\nfn target() {}\n    type Service = A;").is_empty());
    }

    #[test]
    fn a_spent_ssr_budget_is_found() {
        let line = "#[cfg(feature = \"ssr\")]\n";
        let within = [SourceFile::new("app/src/a.rs", &line.repeat(5))];
        let over =
            [SourceFile::new("app/src/a.rs", &line.repeat(6)), SourceFile::new("server/src/b.rs", &line.repeat(6))];
        assert!(ssr_budget(&within).is_empty());
        assert_eq!(ssr_budget(&over).len(), 1);
    }
}
