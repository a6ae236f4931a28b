//! Doors: what a request to a sandbox is for.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::slug::Slug;

/// What there is to come to in a sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    #[default]
    Editor,
    /// Whatever listens at this port inside.
    Port(u16),
}

impl Door {
    /// The port, if it is one.
    pub const fn port(self) -> Option<u16> {
        match self {
            Self::Editor => None,
            Self::Port(port) => Some(port),
        }
    }
}

impl From<Option<u16>> for Door {
    fn from(port: Option<u16>) -> Self {
        port.map_or(Self::Editor, Self::Port)
    }
}

/// A door of one sandbox. Written as in host names: `alpha-alice`, and `3000--alpha-alice` for a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Doorway {
    pub slug: Slug,
    pub door: Door,
}

/// Says why a text names no door.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a sandbox or of a port of one, such as alpha-alice or 3000--alpha-alice")]
pub struct DoorwayError;

impl Doorway {
    /// The one to a sandbox's editor.
    pub const fn editor(slug: Slug) -> Self {
        Self { slug, door: Door::Editor }
    }
}

impl fmt::Display for Doorway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.door {
            Door::Editor => write!(f, "{}", self.slug),
            Door::Port(port) => write!(f, "{port}--{}", self.slug),
        }
    }
}

impl FromStr for Doorway {
    type Err = DoorwayError;

    /// A slug has no `--`, so there is one way to read a label.
    fn from_str(label: &str) -> Result<Self, DoorwayError> {
        let (door, slug) = match label.split_once("--") {
            None => (Door::Editor, label),
            Some((port, slug)) => (Door::Port(number(port).ok_or(DoorwayError)?), slug),
        };
        let slug = Slug::new(slug).map_err(|_| DoorwayError)?;
        Ok(Self { slug, door })
    }
}

/// A port as it is written: one form only, so that each has one origin.
fn number(text: &str) -> Option<u16> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}
