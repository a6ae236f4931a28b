//! A key of `thon.yaml`: everything that there is to say about it but what somebody has written.

use super::ShownValue;

/// A key, as the code that reads it declares it.
///
/// There is no list of keys beside the reading: names, variables, ranges and help are taken from here by everything
/// that needs them, the reference included.
#[derive(Clone, Debug)]
pub struct Key {
    /// As in `thon.yaml`, for example `dashboard.port`.
    pub name: String,
    /// What it is for, in one line.
    pub about: &'static str,
    /// Other names that it has in `thon.yaml`.
    pub aliases: Vec<&'static str>,
    /// The variables that set it. `thon config env` writes the first.
    pub variables: Vec<&'static str>,
    /// The flag that sets it.
    pub flag: Option<&'static str>,
    pub effect: Effect,
    /// Its other names as a setting, if it may be set while THON runs.
    pub setting: Option<&'static [&'static str]>,
    /// Whether its value is shown to nobody.
    pub secret: bool,
    /// What may be written, in words, for example "a whole number from 1 to 65535".
    pub takes: String,
    pub default: ShownValue,
    /// What each entry holds, when it is a list of such.
    pub fields: Vec<Self>,
}

/// Whether a key does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Now,
    /// It is read and checked; what it decides is not there yet.
    Later,
    /// It is understood because the earlier THON had it, and there is nothing to decide any more.
    Never(&'static str),
}

impl Key {
    pub(super) fn new(name: &str, about: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            about,
            aliases: Vec::new(),
            variables: Vec::new(),
            flag: None,
            effect: Effect::Now,
            setting: None,
            secret: false,
            takes: String::new(),
            default: ShownValue::Unset,
            fields: Vec::new(),
        }
    }

    /// All its names in `thon.yaml`.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().copied())
    }
}
