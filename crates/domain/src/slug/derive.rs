//! How a slug is made from names.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{MAX_BYTES, Slug};
use crate::name::{GroupName, UserName};

impl Slug {
    /// The slugs for a user of a group, the plain one first, then `-2`, `-3`, … for when it is taken.
    pub fn candidates(group: &GroupName, user: &UserName) -> impl Iterator<Item = Self> {
        let stem = format!("{}-{}", ascii(group.as_str()), ascii(user.as_str()));
        (1_u32..).filter_map(move |nth| {
            let suffix = if nth == 1 { String::new() } else { format!("-{nth}") };
            let room = MAX_BYTES - suffix.len();
            Self::new(&format!("{}{suffix}", shortened(&stem, room))).ok()
        })
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
        } else if !is_combining_mark(c) && !label.is_empty() && !label.ends_with('-') {
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
