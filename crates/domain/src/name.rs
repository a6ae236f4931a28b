//! Names that people choose: any script, but nothing that could act as a path or a control sequence.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::unicode::composed;

/// The longest name, in characters; the tables of the dashboard show this many.
pub const MAX_CHARS: usize = 32;

/// Says why a text cannot be a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a name must not be empty")]
    Empty,
    #[error("a name has at most {MAX_CHARS} characters, this one has {0}")]
    TooLong(usize),
    #[error("a name must not contain {0:?}")]
    Forbidden(char),
    #[error("a name must not be or contain `..`")]
    Dots,
}

/// Trims, composes (NFC) and checks a name.
///
/// # Errors
/// When nothing is left, when it is too long, or when it holds a slash, a backslash, `..`, a control or an invisible
/// formatting character.
fn checked(text: &str) -> Result<String, NameError> {
    let name = composed(text.trim());
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    let chars = name.chars().count();
    if chars > MAX_CHARS {
        return Err(NameError::TooLong(chars));
    }
    if let Some(bad) = name.chars().find(|c| is_forbidden(*c)) {
        return Err(NameError::Forbidden(bad));
    }
    if name.contains("..") || name == "." {
        return Err(NameError::Dots);
    }
    Ok(name)
}

/// Slashes and everything that is not seen: control, zero-width, direction and line-breaking characters.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | '\u{00ad}' | '\u{061c}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, max_length = 32))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a text as a name, trimmed and composed.
            ///
            /// # Errors
            /// When the text is empty, too long or holds a forbidden character.
            pub fn new(text: &str) -> Result<Self, NameError> {
                checked(text).map(Self)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The form that two names share when people would take them for the same.
            pub fn folded(&self) -> String {
                self.0.to_lowercase()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    )+};
}

names! {
    /// The name of a group, unique in its event.
    GroupName,
    /// The name of a user, unique in its group.
    UserName,
    /// What its owner calls an API token.
    TokenName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_composed() {
        let name = UserName::new("  Zoe\u{308} ").expect("a good name");
        assert_eq!(name.as_str(), "Zo\u{eb}");
    }

    #[test]
    fn names_that_could_act_are_refused() {
        for (text, error) in [
            ("", NameError::Empty),
            (" \t ", NameError::Empty),
            ("../etc", NameError::Forbidden('/')),
            ("a\\b", NameError::Forbidden('\\')),
            ("a..b", NameError::Dots),
            (".", NameError::Dots),
            ("a\nb", NameError::Forbidden('\n')),
            ("a\u{202e}b", NameError::Forbidden('\u{202e}')),
        ] {
            assert_eq!(UserName::new(text), Err(error), "{text:?}");
        }
        assert_eq!(UserName::new(&"x".repeat(33)), Err(NameError::TooLong(33)));
    }
}
