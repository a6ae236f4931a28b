//! The configuration as people see it: every key, its value with secrets hidden, its origin.

use serde::Serialize;
use thon_core::directory::groups_file::GroupEntry;

use super::Origin;

/// One key as it took effect.
#[derive(Clone, Debug)]
pub struct Shown {
    pub key: &'static str,
    pub value: ShownValue,
    pub origin: Origin,
}

/// A value that may be shown.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ShownValue {
    Unset,
    Truth(bool),
    Integer(u64),
    Float(f64),
    Text(String),
    Groups(Vec<GroupEntry>),
}

impl ShownValue {
    /// What stands for a secret.
    pub const HIDDEN: &'static str = "***";

    /// A text if there is one.
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Unset, |text| Self::Text(text.to_owned()))
    }
}
