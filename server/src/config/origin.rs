//! Where a value was set.

use std::fmt;

use camino::Utf8PathBuf;
use thon_core::yaml::Position;

/// Where a value was set; a later one is stronger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    /// Set while THON ran, under this key.
    Database(String),
    File {
        path: Utf8PathBuf,
        at: Position,
    },
    /// A variable that a `.env` file gives.
    EnvFile {
        name: &'static str,
        path: Utf8PathBuf,
        at: Position,
    },
    Environment(&'static str),
    Flag(&'static str),
}

impl Origin {
    /// How strong it is, for comparing two keys that exclude each other.
    pub(super) const fn strength(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::Database(_) => 1,
            Self::File { .. } => 2,
            Self::EnvFile { .. } => 3,
            Self::Environment(_) => 4,
            Self::Flag(_) => 5,
        }
    }

    /// Whether it keeps a setting from being changed while THON runs.
    pub const fn fixes(&self) -> bool {
        !matches!(self, Self::Default | Self::Database(_))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Database(_) => f.write_str("database"),
            Self::File { path, at } if at.line == 0 => path.fmt(f),
            Self::File { path, at } => write!(f, "{path}:{}", at.line),
            Self::EnvFile { name, path, at } => write!(f, "env {name}, {path}:{}", at.line),
            Self::Environment(name) => write!(f, "env {name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}
