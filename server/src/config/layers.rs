//! The layers of a configuration, one over the other, each value remembering its layer.

use std::fmt;

use camino::Utf8PathBuf;
use figment::{
    Figment, Metadata, Profile, Provider,
    util::nest,
    value::{Dict, Empty, Map, Num, Tag, Value},
};
use thon_core::yaml::{self, Node, Position};

use super::{Flag, Sources, environment::Variable, file::ConfigFile};

/// Where a value was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    File { path: Utf8PathBuf, at: Position },
    Environment(&'static str),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, at } if at.line == 0 => path.fmt(f),
            Self::File { path, at } => write!(f, "{path}:{}", at.line),
            Self::Environment(name) => write!(f, "env {name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// All layers, the strongest on top.
pub(super) struct Layers<'a> {
    figment: Figment,
    file: Option<&'a ConfigFile>,
}

impl<'a> Layers<'a> {
    /// Flags over the environment over the file; what none of them says is the default of whoever asks.
    pub fn new(file: Option<&'a ConfigFile>, sources: &'a Sources) -> Self {
        let mut figment = Figment::new();
        if let Some(file) = file {
            figment = figment.merge(FileLayer(file));
        }
        for variable in Variable::all() {
            if let (Some(key), Some(value)) = (variable.sets, sources.variable(variable.name)) {
                figment = figment.merge(OneKey { kind: ENVIRONMENT, name: variable.name, key, value });
            }
        }
        for Flag { name, key, value } in &sources.flags {
            figment = figment.merge(OneKey { kind: FLAG, name, key, value });
        }
        Self { figment, file }
    }

    /// The strongest value of a key and where it was set; nothing when nobody wrote one.
    pub fn find(&self, key: &str) -> Option<(Value, Origin)> {
        let value = self.figment.find_value(key).ok().filter(|value| !matches!(value, Value::Empty(..)))?;
        let origin = self.figment.get_metadata(value.tag()).and_then(|layer| self.origin(layer, key));
        Some((value, origin.unwrap_or(Origin::Default)))
    }

    /// The node of a key in the file, for values that are more than one scalar.
    pub fn node(&self, key: &str) -> Option<(&Node, Origin)> {
        let file = self.file?;
        let node = at_path(&file.root, key)?;
        Some((node, Origin::File { path: file.path.clone(), at: node.at }))
    }

    fn origin(&self, layer: &Metadata, key: &str) -> Option<Origin> {
        let name = layer.source.as_ref().and_then(|source| source.custom());
        match (layer.name.as_ref(), name) {
            (ENVIRONMENT, Some(name)) => Variable::named(name).map(|variable| Origin::Environment(variable.name)),
            (FLAG, Some(name)) => super::keys::FLAGS.iter().find(|flag| **flag == name).map(|flag| Origin::Flag(flag)),
            _ => self.node(key).map(|(_, origin)| origin),
        }
    }
}

const ENVIRONMENT: &str = "environment";
const FLAG: &str = "flag";

/// One key set from outside the file. Its value stays a text: only who asks for it knows what it should be.
struct OneKey<'a> {
    kind: &'static str,
    name: &'a str,
    key: &'a str,
    value: &'a str,
}

impl Provider for OneKey<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::from(self.kind, self.name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(under_default(nest(self.key, Value::from(self.value))))
    }
}

/// The keys written in the file.
struct FileLayer<'a>(&'a ConfigFile);

impl Provider for FileLayer<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::from("file", self.0.path.as_std_path())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(under_default(value_of(&self.0.root)))
    }
}

fn under_default(value: Value) -> Map<Profile, Dict> {
    let dict = if let Value::Dict(_, dict) = value { dict } else { Dict::new() };
    Map::from([(Profile::Default, dict)])
}

/// A key's node, for a key such as `sandbox.image`.
fn at_path<'n>(root: &'n Node, key: &str) -> Option<&'n Node> {
    key.split('.').try_fold(root, |node, part| node.child(part))
}

fn value_of(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Empty(Tag::Default, Empty::None),
        yaml::Value::Bool(truth) => Value::from(*truth),
        yaml::Value::Integer(number) => Value::Num(Tag::Default, Num::I128(*number)),
        yaml::Value::Float(number) => Value::from(*number),
        yaml::Value::Text(text) => Value::from(text.as_str()),
        yaml::Value::List(items) => Value::from(items.iter().map(value_of).collect::<Vec<_>>()),
        yaml::Value::Map(entries) => {
            Value::from(entries.iter().map(|(key, node)| (key.name.clone(), value_of(node))).collect::<Dict>())
        }
    }
}
