//! E-mail addresses: checked enough to find a slip of the pen, no more.

/// The longest address (RFC 5321 §4.5.3.1.3, without the angle brackets), in bytes.
pub const MAX_BYTES: usize = 254;

/// The longest part before the `@` (RFC 5321 §4.5.3.1.1), in bytes.
const MAX_LOCAL_BYTES: usize = 64;

/// Says that a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no e-mail address such as alice@example.org")]
pub struct EmailError(String);

/// Takes a text as an address, trimmed.
///
/// Addresses in any script are taken (RFC 6531); quoted ones with spaces (RFC 5321 §4.1.2) are not: nobody has one, and
/// what looks like one is a mistake.
///
/// # Errors
/// When it is none.
pub fn checked(text: &str) -> Result<String, EmailError> {
    let text = text.trim();
    let good = text.len() <= MAX_BYTES
        && text.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
    if good { Ok(text.to_owned()) } else { Err(EmailError(text.to_owned())) }
}

fn is_local(text: &str) -> bool {
    let strange = |c: char| c.is_whitespace() || c.is_control() || "<>,;:@()[]\\\"".contains(c);
    text.len() <= MAX_LOCAL_BYTES && !text.contains(strange) && text.split('.').all(|atom| !atom.is_empty())
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric());
        !label.is_empty() && label.chars().all(good) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_have_is_taken() {
        for good in ["alice@example.org", "a.b+c@localhost", "o'hara@x-y.example", "zoë@müller.example", "ü@例え.jp"]
        {
            assert_eq!(checked(&format!(" {good} ")), Ok(good.to_owned()));
        }
    }

    #[test]
    fn slips_of_the_pen_are_found() {
        let long = format!("{}@example.org", "x".repeat(65));
        for wrong in [
            "",
            "alice",
            "@example.org",
            "alice@",
            "a@b@c",
            "a..b@c",
            ".a@c",
            "a@.c",
            "a@c.",
            "a b@c",
            "a@b_c",
            "a@-c",
            "Alice <a@b.c>",
            "a@b.c, d@e.f",
            &long,
        ] {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
    }
}
