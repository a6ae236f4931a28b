//! Join codes: what people type, or scan, to come into an event.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{EventId, GroupId, JoinCodeId};

/// The digits of a code: Crockford's Base32 (<https://www.crockford.com/base32.html>), in which nothing is taken for another.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many digits a code has: 40 bits.
const LENGTH: usize = 8;

/// A code as it is kept: eight digits without the hyphen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct JoinText(String);

/// Says why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinTextError {
    #[error("a code has {LENGTH} letters and digits")]
    Length,
    #[error("a code has letters and digits only, and no U")]
    Digit,
}

impl JoinText {
    /// A code of 40 random bits.
    pub fn of_bits(bits: [u8; 5]) -> Self {
        let number = bits.into_iter().fold(0_u64, |number, byte| number << 8 | u64::from(byte));
        let digit = |nth: usize| DIGITS[(number >> (5 * (LENGTH - 1 - nth)) & 31) as usize];
        Self((0..LENGTH).map(|nth| char::from(digit(nth))).collect())
    }

    /// As it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As people read it: `K7QM-4PXR`.
impl fmt::Display for JoinText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LENGTH / 2);
        write!(f, "{first}-{second}")
    }
}

/// Takes what people make of it: small letters, spaces, hyphens, an O for a zero, an I or an L for a one.
impl FromStr for JoinText {
    type Err = JoinTextError;

    fn from_str(text: &str) -> Result<Self, JoinTextError> {
        let mut digits = String::new();
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            if !c.is_ascii() || !DIGITS.contains(&(c as u8)) {
                return Err(JoinTextError::Digit);
            }
            digits.push(c);
        }
        if digits.len() == LENGTH { Ok(Self(digits)) } else { Err(JoinTextError::Length) }
    }
}

impl TryFrom<String> for JoinText {
    type Error = JoinTextError;

    fn try_from(text: String) -> Result<Self, JoinTextError> {
        text.parse()
    }
}

impl From<JoinText> for String {
    fn from(code: JoinText) -> Self {
        code.0
    }
}

/// A code, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinCode {
    pub id: JoinCodeId,
    pub event: EventId,
    /// The group that it leads to; `None` for a team of one's own.
    pub group: Option<GroupId>,
    pub code: JoinText,
    /// The most people in one group.
    pub seats: u32,
    /// The most people who come by it, those who wait included.
    pub places: u32,
    /// Whether an organizer lets each of them in.
    pub approval: bool,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl JoinCode {
    /// Whether anybody comes in by it at `now`.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// Why somebody does not come in, in a word that stands in an address. Nothing else of the request is ever repeated there.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum JoinTrouble {
    /// There is no such code, or it is over.
    Code,
    /// Everybody has come whom it is for.
    NoPlaces,
    Name,
    NameTaken,
    Team,
    TeamTaken,
    TeamFull,
    TooMany,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_shown_is_what_is_read(bits: [u8; 5]) {
            let code = JoinText::of_bits(bits);
            prop_assert_eq!(code.to_string().parse(), Ok(code.clone()));
            prop_assert_eq!(code.as_str().to_lowercase().parse(), Ok(code));
        }
    }

    #[test]
    fn what_people_make_of_a_code_is_read() {
        let code: JoinText = "K1QM-40XR".parse().expect("a code");
        for typed in ["k1qm40xr", " KLQM 4OXR ", "kiqm-4oxr"] {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
        }
        assert_eq!("K1QM-40X".parse::<JoinText>(), Err(JoinTextError::Length));
        assert_eq!("K1QM-40XU".parse::<JoinText>(), Err(JoinTextError::Digit));
        assert_eq!("ĸ1QM-40XR".parse::<JoinText>(), Err(JoinTextError::Digit));
    }

    #[test]
    fn different_bits_are_different_codes() {
        assert_eq!(JoinText::of_bits([0; 5]).as_str(), "00000000");
        assert_eq!(JoinText::of_bits([255; 5]).as_str(), "ZZZZZZZZ");
        assert_eq!(JoinText::of_bits([0, 0, 0, 0, 33]).as_str(), "00000011");
    }
}
