//! The graph of crates: arrows between ours, and who may use which foreign crate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Offence;

/// Who may depend on whom; what is not here is forbidden.
const ARROWS: &[(&str, &[&str])] = &[
    ("thon-frontend", &["thon-app"]),
    (
        "thon-server",
        &["thon-app", "thon-adapters", "thon-core", "thon-store", "thon-domain", "thon-edge", "thon-gateway"],
    ),
    ("thon-adapters", &["thon-core", "thon-domain", "thon-edge", "thon-gateway"]),
    ("thon-app", &["thon-core", "thon-domain"]),
    ("thon-core", &["thon-store", "thon-domain"]),
    ("thon-store", &["thon-domain"]),
    ("thon-edge", &["thon-domain"]),
    ("thon-gateway", &["thon-domain"]),
    ("thon-domain", &[]),
];

/// Arrows that only the server's half of a crate may have, so behind a feature.
const OPTIONAL: &[(&str, &str)] = &[("thon-app", "thon-core")];

/// Foreign crates and the one room that may use them.
const ROOMS: &[(&str, &str)] = &[
    ("diesel", "thon-store"),
    ("diesel_migrations", "thon-store"),
    ("libsqlite3-sys", "thon-store"),
    ("bollard", "thon-adapters"),
    ("reqwest", "thon-adapters"),
    ("rcgen", "thon-adapters"),
    ("clap", "thon-server"),
];

/// Crates that understand websockets; the edge passes them on byte for byte instead.
const WEBSOCKETS: &[&str] =
    &["tungstenite", "tokio-tungstenite", "async-tungstenite", "fastwebsockets", "soketto", "tokio-websockets", "ws"];

/// What never reaches a browser.
const SERVER_ONLY: &[&str] = &["axum", "diesel", "bollard", "thon-core", "thon-store", "thon-adapters", "thon-edge"];

/// The crates of the workspace, and what everything resolves to.
pub(super) struct Graph {
    crates: BTreeMap<String, Vec<Dependency>>,
    /// Package id → ids of its normal dependencies.
    resolved: BTreeMap<String, Vec<String>>,
    /// Package id → name.
    names: BTreeMap<String, String>,
}

/// A line under `[dependencies]`.
struct Dependency {
    name: String,
    /// `normal`, `build` or `dev`.
    kind: String,
    optional: bool,
}

impl Graph {
    /// Reads the answer of `cargo metadata`.
    pub fn from_metadata(json: &str) -> Self {
        let metadata: Value = serde_json::from_str(json).expect("JSON");
        let members: BTreeSet<&str> = array(&metadata["workspace_members"]).iter().map(text).collect();
        let packages = array(&metadata["packages"]);
        let ours = packages.iter().filter(|package| members.contains(text(&package["id"])));
        Self {
            crates: ours.map(|package| (text(&package["name"]).to_owned(), dependencies(package))).collect(),
            names: packages
                .iter()
                .map(|package| (text(&package["id"]).to_owned(), text(&package["name"]).to_owned()))
                .collect(),
            resolved: array(&metadata["resolve"]["nodes"])
                .iter()
                .map(|node| (text(&node["id"]).to_owned(), normal_dependencies(node)))
                .collect(),
        }
    }

    /// The names of our own crates.
    pub fn crates(&self) -> impl Iterator<Item = &str> {
        self.crates.keys().map(String::as_str)
    }

    /// The names of everything that a crate links, itself included.
    fn tree_of(&self, name: &str) -> BTreeSet<&str> {
        let mut open: Vec<&String> = self.names.iter().filter(|(_, known)| *known == name).map(|(id, _)| id).collect();
        let mut seen: BTreeSet<&String> = BTreeSet::new();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.resolved.get(id).into_iter().flatten());
            }
        }
        seen.into_iter().filter_map(|id| self.names.get(id)).map(String::as_str).collect()
    }
}

fn dependencies(package: &Value) -> Vec<Dependency> {
    let read = |dependency: &Value| Dependency {
        name: text(&dependency["name"]).to_owned(),
        kind: dependency["kind"].as_str().unwrap_or("normal").to_owned(),
        optional: dependency["optional"].as_bool().unwrap_or(false),
    };
    array(&package["dependencies"]).iter().map(read).collect()
}

fn normal_dependencies(node: &Value) -> Vec<String> {
    let normal = |dependency: &&Value| array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
    array(&node["deps"]).iter().filter(normal).map(|dependency| text(&dependency["pkg"]).to_owned()).collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Arrows that are not drawn. What only tests use is theirs.
pub(super) fn forbidden_arrows(graph: &Graph) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (from, dependencies) in &graph.crates {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| known == from) else {
            offences.push(Offence::new(from, "is a crate without arrows", "draw it in architecture §1 and in ARROWS"));
            continue;
        };
        for to in dependencies.iter().filter(|to| to.kind != "dev" && to.name.starts_with("thon-")) {
            if !allowed.contains(&to.name.as_str()) {
                let todo = "move the code to where it may be, or draw the arrow in architecture §1 and in ARROWS";
                offences.push(Offence::new(from, format!("depends on {}", to.name), todo));
            }
            if OPTIONAL.contains(&(from.as_str(), to.name.as_str())) && !to.optional {
                let todo = "make it optional, behind the feature `ssr`: the browser must not get it";
                offences.push(Offence::new(from, format!("always depends on {}", to.name), todo));
            }
        }
    }
    offences
}

/// Foreign crates used outside their room. What only tests use is theirs.
pub(super) fn strayed(graph: &Graph) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (name, dependencies) in &graph.crates {
        for used in dependencies.iter().filter(|used| used.kind != "dev") {
            if let Some((_, room)) = ROOMS.iter().find(|(foreign, room)| *foreign == used.name && room != name) {
                let what = format!("uses {}, which belongs to {room}", used.name);
                offences.push(Offence::new(name, what, "go through that room instead"));
            }
        }
    }
    offences
}

/// Websocket crates among everything that a crate links.
pub(super) fn websockets(graph: &Graph, name: &str) -> Vec<Offence> {
    let tree = graph.tree_of(name);
    assert!(tree.len() > 1, "{name} links nothing");
    let todo = "tunnel bytes (hyper::upgrade, copy_bidirectional): frames are the editors' own business";
    let found = tree.into_iter().filter(|linked| WEBSOCKETS.contains(linked));
    found.map(|linked| Offence::new(name, format!("links {linked}"), todo)).collect()
}

/// What the browser must not get, in a tree printed as `name version …|feature,feature`.
pub(super) fn not_for_browsers(tree: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    for line in tree.lines() {
        let (package, features) = line.split_once('|').unwrap_or((line, ""));
        let name = package.split(' ').next().unwrap_or_default();
        if SERVER_ONLY.contains(&name) {
            let todo = "make it optional, behind the feature `ssr` (`cargo tree -i` tells who brings it)";
            offences.push(Offence::new("thon-frontend", format!("links {name}"), todo));
        }
        if name == "tokio" && features.split(',').any(|feature| feature.trim() == "net") {
            let todo = "find who asks for it: `cargo tree -p thon-frontend -e features -i tokio`";
            offences.push(Offence::new("thon-frontend", "links tokio with `net`", todo));
        }
    }
    offences
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A workspace of one crate with one dependency.
    fn house(from: &str, to: &str, kind: Option<&str>) -> Graph {
        let dependency = json!({ "name": to, "kind": kind, "optional": false });
        let resolved = json!({ "pkg": "to", "dep_kinds": [{ "kind": kind }] });
        Graph::from_metadata(
            &json!({
                "workspace_members": ["from"],
                "packages": [
                    { "id": "from", "name": from, "dependencies": [dependency] },
                    { "id": "to", "name": to, "dependencies": [] },
                ],
                "resolve": { "nodes": [{ "id": "from", "deps": [resolved] }, { "id": "to", "deps": [] }] },
            })
            .to_string(),
        )
    }

    fn told(offences: &[Offence]) -> Vec<String> {
        offences.iter().map(|offence| format!("{} {}", offence.place, offence.what)).collect()
    }

    #[test]
    fn a_forbidden_arrow_is_found() {
        let found = |from, to, kind| told(&forbidden_arrows(&house(from, to, kind)));
        assert_eq!(found("thon-edge", "thon-core", None), ["thon-edge depends on thon-core"]);
        assert_eq!(found("thon-core", "thon-adapters", Some("build")), ["thon-core depends on thon-adapters"]);
        assert_eq!(found("thon-app", "thon-core", None), ["thon-app always depends on thon-core"]);
        assert_eq!(found("thon-new", "serde", None), ["thon-new is a crate without arrows"]);
        assert!(found("thon-core", "thon-store", None).is_empty());
        assert!(found("thon-core", "thon-adapters", Some("dev")).is_empty());
    }

    #[test]
    fn a_strayed_crate_is_found() {
        let found = |from, to, kind| told(&strayed(&house(from, to, kind)));
        assert_eq!(found("thon-core", "diesel", None), ["thon-core uses diesel, which belongs to thon-store"]);
        assert_eq!(found("thon-edge", "clap", None), ["thon-edge uses clap, which belongs to thon-server"]);
        assert!(found("thon-adapters", "bollard", None).is_empty());
        assert!(found("thon-server", "reqwest", Some("dev")).is_empty());
    }

    #[test]
    fn a_websocket_crate_is_found() {
        let found = |to, kind| websockets(&house("thon-edge", to, kind), "thon-edge").len();
        assert_eq!(found("tokio-tungstenite", None), 1);
        assert_eq!(found("hyper", None), 0);
    }

    #[test]
    fn what_is_not_for_browsers_is_found() {
        let tree =
            "thon-frontend v0.1.0 (/x)|\naxum v0.8.9|ws\ntokio v1.54.1|default,net,sync\nleptos v0.8.23|hydrate\n";
        assert_eq!(told(&not_for_browsers(tree)), ["thon-frontend links axum", "thon-frontend links tokio with `net`"]);
        assert!(not_for_browsers("tokio v1.54.1|sync\n").is_empty());
    }
}
