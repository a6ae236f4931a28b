//! The configuration as people see it: every key, its value with secrets hidden, its origin.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, Serializer};
use thon_core::directory::groups_file::GroupEntry;

use super::{Effect, Key, Origin};

/// One key as it took effect.
#[derive(Clone, Debug)]
pub struct Shown {
    pub key: Key,
    pub value: ShownValue,
    pub origin: Origin,
    /// What is hidden behind the value, for the one file that has to have it.
    pub(super) secret: Option<SecretString>,
}

/// A value that may be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ShownValue {
    Unset,
    Truth(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Texts(Vec<String>),
    /// Entries with keys of their own, in the order of their declaration.
    #[serde(serialize_with = "maps")]
    Entries(Vec<Vec<(String, ShownValue)>>),
    Groups(Vec<GroupEntry>),
}

/// A variable of the environment that would set a key as it took effect.
pub struct Exported<'a> {
    pub name: &'static str,
    pub value: std::borrow::Cow<'a, str>,
    /// Whether the value is nobody's to see.
    pub secret: bool,
}

impl Shown {
    /// The variable that would set it; nothing when it is as it would be anyway, or when no variable sets it.
    pub fn exported(&self) -> Option<Exported<'_>> {
        let name = self.key.variables.first()?;
        let from_file = self.value == ShownValue::Unset && self.secret.is_some();
        if self.value == self.key.default && !from_file {
            return None;
        }
        let value = match &self.secret {
            Some(secret) => secret.expose_secret().into(),
            None => self.value.plain()?.into(),
        };
        Some(Exported { name, value, secret: self.key.secret })
    }
}

impl Shown {
    /// What the file says, secrets as they are; nothing when it says no more than the default.
    pub(crate) fn in_file(&self) -> Option<ShownValue> {
        let is_set = matches!(self.origin, Origin::File { .. }) && self.value != ShownValue::Unset;
        let secret = self.secret.as_ref().map(|secret| ShownValue::Text(secret.expose_secret().to_owned()));
        is_set.then(|| secret.unwrap_or_else(|| self.value.clone())).filter(|value| *value != self.key.default)
    }
}

impl ShownValue {
    /// What stands for a secret.
    pub const HIDDEN: &'static str = "***";

    /// A text if there is one.
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Unset, |text| Self::Text(text.to_owned()))
    }

    /// As a variable of the environment would say it; nothing for what no variable can say.
    pub fn plain(&self) -> Option<String> {
        match self {
            Self::Truth(truth) => Some(truth.to_string()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Float(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Texts(texts) if !texts.is_empty() => Some(texts.join(",")),
            Self::Unset | Self::Texts(_) | Self::Entries(_) | Self::Groups(_) => None,
        }
    }
}

/// What the keys that were set and do nothing are to be told about.
pub(super) fn without_effect(shown: &[Shown]) -> Vec<String> {
    let set = || shown.iter().filter(|shown| shown.origin != Origin::Default);
    let later: Vec<_> =
        set().filter(|shown| shown.key.effect == Effect::Later).map(|shown| format!("`{}`", shown.key.name)).collect();
    let mut hints = Vec::new();
    match later.as_slice() {
        [] => {}
        [one] => hints.push(format!("{one} is read, but has no effect yet")),
        [some @ .., last] => {
            hints.push(format!("{} and {last} are read, but have no effect yet", some.join(", ")));
        }
    }
    hints.extend(set().filter_map(|shown| match shown.key.effect {
        Effect::Never(why) => Some(format!("`{}` has no effect: {why}", shown.key.name)),
        Effect::Now | Effect::Later => None,
    }));
    hints
}

fn maps<S: Serializer>(entries: &[Vec<(String, ShownValue)>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(entries.iter().map(|entry| Map(entry)))
}

struct Map<'a>(&'a [(String, ShownValue)]);

impl Serialize for Map<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
