//! The slug: the one form of `group` and `user` that enters host names, volume names and labels.
//!
//! It is given once and for ever. Browsers keep service workers and cookies per host name, so a slug that has been used is
//! never given to anybody else, and a rename does not change it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::name::{GroupName, UserName};

/// The longest slug, in bytes: a DNS label has 63 (RFC 1035 §2.3.4), and a port name puts up to seven in front.
pub const MAX_BYTES: usize = 48;

/// Labels that name something else on the same domain.
const RESERVED: &[&str] = &["api", "www", "thon", "admin", "localhost", "mail", "ns1", "ns2"];

/// Says why a text is not a slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a slug: at most {MAX_BYTES} of a-z, 0-9 and single hyphens inside")]
pub struct SlugError;

/// A DNS label of `[a-z0-9-]`: at most 48 bytes, no hyphen at an end, no `--`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, max_length = 48))]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// Takes a text that already is a slug.
    ///
    /// # Errors
    /// When it is not.
    pub fn new(text: &str) -> Result<Self, SlugError> {
        let label = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let fits = !text.is_empty() && text.len() <= MAX_BYTES && text.bytes().all(label);
        let hyphens = text.starts_with('-') || text.ends_with('-') || text.contains("--");
        if fits && !hyphens && !RESERVED.contains(&text) { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }

    /// The slugs for a user of a group, the plain one first, then `-2`, `-3`, … for when it is taken.
    pub fn candidates(group: &GroupName, user: &UserName) -> impl Iterator<Item = Self> {
        let stem = format!("{}-{}", ascii(group.as_str()), ascii(user.as_str()));
        (1_u32..).filter_map(move |nth| {
            let suffix = if nth == 1 { String::new() } else { format!("-{nth}") };
            let room = MAX_BYTES - suffix.len();
            Self::new(&format!("{}{suffix}", shortened(&stem, room))).ok()
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

/// The letters and digits of a name in lower-case ASCII, with single hyphens for everything between them.
///
/// A name without any (written in another script) becomes `x` and a hash, so it stays its own.
fn ascii(name: &str) -> String {
    let mut label = String::with_capacity(name.len());
    for c in name.nfkd().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            label.push(c);
        } else if !unicode_normalization::char::is_combining_mark(c) && !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    let label = label.trim_end_matches('-');
    if label.is_empty() { format!("x{:08x}", fnv1a(name)) } else { label.to_owned() }
}

/// Cuts a label to `room` bytes, with a hash of the whole at the end so that two long names stay apart.
fn shortened(label: &str, room: usize) -> String {
    if label.len() <= room {
        return label.to_owned();
    }
    let hash = format!("-{:08x}", fnv1a(label));
    let head = label[..room - hash.len()].trim_end_matches('-');
    format!("{head}{hash}")
}

/// FNV-1a, 32 bits (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>): short and the same for ever.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first(group: &str, user: &str) -> String {
        let (group, user) = (GroupName::new(group).expect("group"), UserName::new(user).expect("user"));
        Slug::candidates(&group, &user).next().expect("a slug").to_string()
    }

    #[test]
    fn a_slug_reads_like_the_names() {
        assert_eq!(first("Team Rocket", "Zoë"), "team-rocket-zoe");
        assert_eq!(first("alpha", "bob_1"), "alpha-bob-1");
        assert_eq!(first("-a-", "--b--"), "a-b");
    }

    #[test]
    fn names_in_other_scripts_stay_apart() {
        assert_ne!(first("数据", "小明"), first("数据", "小红"));
    }

    #[test]
    fn the_second_of_two_alike_gets_a_number() {
        let (group, user) = (GroupName::new("a-b").expect("group"), UserName::new("c").expect("user"));
        let two: Vec<_> = Slug::candidates(&group, &user).take(2).map(String::from).collect();
        assert_eq!(two, ["a-b-c", "a-b-c-2"]);
    }

    #[test]
    fn a_reserved_label_is_refused() {
        assert_eq!(Slug::new("api"), Err(SlugError));
    }

    proptest! {
        /// No name leads outside: every candidate is a DNS label without dots, slashes or `--`.
        #[test]
        fn every_name_gives_a_label(group in "\\PC{1,32}", user in "\\PC{1,32}") {
            let (Ok(group), Ok(user)) = (GroupName::new(&group), UserName::new(&user)) else { return Ok(()) };
            for slug in Slug::candidates(&group, &user).take(3) {
                let text = slug.as_str();
                prop_assert!(text.len() <= MAX_BYTES && !text.is_empty());
                prop_assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
                prop_assert!(!text.starts_with('-') && !text.ends_with('-') && !text.contains("--"));
            }
        }
    }
}
