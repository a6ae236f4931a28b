//! The shape of the house (docs: architecture): which crate may use which, what may stand where, how long a file may be.
//!
//! Every rule is a pure function over text or over the graph of crates; each is asked about the real house, and each
//! has a test that it finds an offender.

mod graph;
mod rules;
mod source;

use std::{fmt, fs, path::Path, process::Command};

use graph::Graph;
use source::SourceFile;

/// Something that breaks a rule: where, what, and what to do.
#[derive(Debug, PartialEq, Eq)]
struct Offence {
    place: String,
    what: String,
    todo: &'static str,
}

impl Offence {
    fn new(place: impl Into<String>, what: impl Into<String>, todo: &'static str) -> Self {
        Self { place: place.into(), what: what.into(), todo }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.place, self.what, self.todo)
    }
}

#[track_caller]
fn assert_none(offences: &[Offence]) {
    let told: Vec<String> = offences.iter().map(ToString::to_string).collect();
    assert!(offences.is_empty(), "the house is out of shape:\n{}", told.join("\n"));
}

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's folder")
}

fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output =
        Command::new(program).args(arguments).arg("--offline").current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn house() -> Graph {
    Graph::from_metadata(&cargo(&["metadata", "--format-version", "1"]))
}

#[test]
fn crates_depend_only_along_the_arrows() {
    let house = house();
    assert!(house.crates().count() >= 8, "only {} crates were found", house.crates().count());
    assert_none(&graph::forbidden_arrows(&house));
}

#[test]
fn foreign_crates_stay_in_their_rooms() {
    assert_none(&graph::strayed(&house()));
}

#[test]
fn the_edge_knows_no_websockets() {
    assert_none(&graph::websockets(&house(), "thon-edge"));
}

#[test]
fn the_browser_gets_nothing_of_the_server() {
    let target = "wasm32-unknown-unknown";
    let format = "{p}|{f}";
    let tree =
        cargo(&["tree", "-p", "thon-frontend", "--target", target, "-e", "normal", "--prefix", "none", "-f", format]);
    assert!(tree.lines().any(|line| line.starts_with("leptos ")), "no browser app in {tree}");
    assert_none(&graph::not_for_browsers(&tree));
}

/// Fault points are there where debug assertions are; `script/build` looks into the release as well.
#[test]
fn what_is_shipped_holds_no_fault_points() {
    for file in ["Cargo.toml", ".cargo/config.toml"] {
        let text = fs::read_to_string(root().join(file)).expect("a file");
        assert!(
            !text.contains("debug-assertions"),
            "{file} decides about debug assertions: leave them to the profiles"
        );
    }
    let build = fs::read_to_string(root().join("script/build")).expect("the script");
    assert!(build.contains(r#"no_fault_points "$CARGO_TARGET_DIR/release/thon""#), "a release is not looked into");
}

#[test]
fn the_sources_keep_the_rules() {
    let files = SourceFile::all(root());
    assert!(files.len() >= 50, "only {} files were found", files.len());
    let offences: Vec<Offence> = files.iter().flat_map(rules::all).chain(rules::ssr_budget(&files)).collect();
    assert_none(&offences);
}
