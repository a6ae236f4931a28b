//! The layers of a configuration, one over the other, each value remembering its layer.

use thon_core::yaml::{Node, Value};

use super::{Flag, Key, Origin, Sources, env_file::EnvFile, file::ConfigFile};

/// All layers of a configuration, or the one that an entry of a list is.
#[derive(Clone, Copy)]
pub(super) enum Layers<'a> {
    All { sources: &'a Sources, env_file: Option<&'a EnvFile>, file: Option<&'a ConfigFile> },
    Entry { file: &'a camino::Utf8Path, node: &'a Node },
}

/// What somebody wrote for a key.
#[derive(Clone, Debug)]
pub(super) struct Said<'a> {
    pub written: Written<'a>,
    pub origin: Origin,
}

/// A value as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Written<'a> {
    /// From outside the file: only who asks for it knows what it should be.
    Text(&'a str),
    Node(&'a Node),
}

impl<'a> Layers<'a> {
    /// What the strongest layer says about a key that says anything: twice, when it has the key under two names.
    pub fn find(self, key: &Key) -> Vec<Said<'a>> {
        match self {
            Self::Entry { file, node } => in_file(file, node, key),
            Self::All { sources, env_file, file } => [
                flags(sources, key),
                environment(sources, key),
                env_file.map(|file| in_env_file(file, key)).unwrap_or_default(),
                file.map(|file| in_file(&file.path, &file.root, key)).unwrap_or_default(),
                settings(sources, key),
            ]
            .into_iter()
            .find(|said| !said.is_empty())
            .unwrap_or_default(),
        }
    }
}

fn flags<'a>(sources: &'a Sources, key: &Key) -> Vec<Said<'a>> {
    let flags = sources.flags.iter().filter(|flag| key.flag == Some(flag.name));
    flags.map(|Flag { name, value }| Said { written: Written::Text(value), origin: Origin::Flag(name) }).collect()
}

fn environment<'a>(sources: &'a Sources, key: &Key) -> Vec<Said<'a>> {
    let said = |name: &&'static str| {
        let written = Written::Text(sources.variable(name)?);
        Some(Said { written, origin: Origin::Environment(name) })
    };
    key.variables.iter().filter_map(said).collect()
}

fn in_env_file<'a>(file: &'a EnvFile, key: &Key) -> Vec<Said<'a>> {
    let said = |name: &&'static str| {
        let line = file.line(name)?;
        Some(Said { written: Written::Text(&line.value), origin: file.origin(name, line) })
    };
    key.variables.iter().filter_map(said).collect()
}

fn in_file<'a>(path: &camino::Utf8Path, root: &'a Node, key: &Key) -> Vec<Said<'a>> {
    let nodes = key.names().filter_map(|name| at_path(root, name)).filter(|node| !is_empty(node));
    let origin = |node: &Node| Origin::File { path: path.to_owned(), at: node.at };
    nodes.map(|node| Said { written: Written::Node(node), origin: origin(node) }).collect()
}

/// A key without a value, and an empty text, say nothing.
fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        _ => false,
    }
}

fn settings<'a>(sources: &'a Sources, key: &Key) -> Vec<Said<'a>> {
    let value = key.setting.and_then(|_| sources.settings.get(&key.name)).filter(|value| !value.is_empty());
    value
        .map(|value| Said { written: Written::Text(value), origin: Origin::Database(key.name.clone()) })
        .into_iter()
        .collect()
}

/// A key's node, for a key such as `sandbox.image`.
fn at_path<'n>(root: &'n Node, key: &str) -> Option<&'n Node> {
    key.split('.').try_fold(root, |node, part| node.child(part))
}

impl Written<'_> {
    /// A scalar as people wrote it.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_owned()),
            Self::Node(node) => node.as_text(),
        }
    }

    /// What was written, in words for people.
    pub fn described(self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::Node(node) => match &node.value {
                Value::Map(_) => "keys and values".to_owned(),
                Value::Text(text) => format!("{text:?}"),
                other => node.as_text().unwrap_or_else(|| other.kind().to_owned()),
            },
        }
    }

    /// What kind of thing was written, when the thing itself may be shown to nobody.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Node(node) => node.value.kind(),
        }
    }
}
