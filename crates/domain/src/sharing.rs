//! Sharing: who may come to a port inside a sandbox, besides those who may open its editor.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where the editor itself listens inside a sandbox (the image's contract, `image/code-server.yaml`). Whoever comes there has
/// the editor, so it is never shared.
pub const EDITOR_PORT: u16 = 8443;

/// How many ports of one instance may be shared at a time.
pub const MOST_SHARED: usize = 32;

/// For whom a port is, the fewest first. Those who may open the editor may come to all of its ports.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Audience {
    /// Nobody else.
    #[default]
    Owner,
    /// Whoever sits in the owner's group.
    Group,
    /// Whoever judges the event, and those who may open the editor.
    Judges,
    /// Anybody who has the address, signed in or not.
    Everybody,
}

/// A port inside a sandbox that may be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = u16))]
#[serde(try_from = "u16", into = "u16")]
pub struct InnerPort(u16);

/// Says why a port cannot be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InnerPortError {
    #[error("a port is a number from 1 to 65535")]
    NoPort,
    #[error("{EDITOR_PORT} is the editor itself, which is never shared")]
    Editor,
}

impl InnerPort {
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for InnerPort {
    type Error = InnerPortError;

    fn try_from(port: u16) -> Result<Self, InnerPortError> {
        match port {
            0 => Err(InnerPortError::NoPort),
            EDITOR_PORT => Err(InnerPortError::Editor),
            port => Ok(Self(port)),
        }
    }
}

impl FromStr for InnerPort {
    type Err = InnerPortError;

    fn from_str(text: &str) -> Result<Self, InnerPortError> {
        text.trim().parse::<u16>().map_err(|_| InnerPortError::NoPort)?.try_into()
    }
}

impl From<InnerPort> for u16 {
    fn from(port: InnerPort) -> Self {
        port.0
    }
}

impl fmt::Display for InnerPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A port that others may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedPort {
    pub port: InnerPort,
    pub audience: Audience,
}

/// The ports of one instance that others may come to, the lowest first. Those that are not here are the owner's alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct SharedPorts(Vec<SharedPort>);

impl SharedPorts {
    /// No port at all.
    pub const NONE: Self = Self(Vec::new());

    /// For whom a port is.
    pub fn audience(&self, port: u16) -> Audience {
        let shared = self.0.iter().find(|shared| shared.port.number() == port);
        shared.map_or(Audience::Owner, |shared| shared.audience)
    }

    /// The same with this port for these people.
    #[must_use]
    pub fn with(&self, port: InnerPort, audience: Audience) -> Self {
        let others = self.0.iter().copied().filter(|shared| shared.port != port);
        let this = (audience != Audience::Owner).then_some(SharedPort { port, audience });
        let mut ports: Vec<_> = others.chain(this).collect();
        ports.sort_by_key(|shared| shared.port);
        Self(ports)
    }

    pub fn iter(&self) -> impl Iterator<Item = SharedPort> + '_ {
        self.0.iter().copied()
    }

    pub const fn len(&self) -> usize {
        self.0.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16) -> InnerPort {
        number.try_into().expect("a port")
    }

    #[test]
    fn the_editor_is_never_a_port_to_share() {
        assert_eq!(InnerPort::try_from(EDITOR_PORT), Err(InnerPortError::Editor));
        assert_eq!(InnerPort::try_from(0), Err(InnerPortError::NoPort));
        assert_eq!("8443".parse::<InnerPort>(), Err(InnerPortError::Editor));
        assert_eq!("65536".parse::<InnerPort>(), Err(InnerPortError::NoPort));
        assert_eq!(" 3000 ".parse(), Ok(port(3000)));
        let kept = r#"[{"port":8443,"audience":"everybody"}]"#;
        let error = serde_json::from_str::<SharedPorts>(kept).expect_err("not even when it is written somewhere");
        assert!(error.to_string().contains("the editor itself"), "{error}");
    }

    #[test]
    fn a_port_is_for_one_audience_and_for_its_owner_alone_unless_somebody_said_otherwise() {
        let shared = SharedPorts::NONE.with(port(8080), Audience::Everybody).with(port(3000), Audience::Group);
        assert_eq!(shared.audience(3000), Audience::Group);
        assert_eq!(shared.audience(3001), Audience::Owner);
        assert_eq!(shared.iter().map(|one| one.port.number()).collect::<Vec<_>>(), [3000, 8080]);
        let wider = shared.with(port(3000), Audience::Judges);
        assert_eq!((wider.audience(3000), wider.len()), (Audience::Judges, 2));
        let none = wider.with(port(3000), Audience::Owner).with(port(8080), Audience::Owner);
        assert!(none.is_empty());
        let written = serde_json::to_string(&shared).expect("JSON");
        assert_eq!(written, r#"[{"port":3000,"audience":"group"},{"port":8080,"audience":"everybody"}]"#);
        assert_eq!(serde_json::from_str::<SharedPorts>(&written).expect("read back"), shared);
    }
}
