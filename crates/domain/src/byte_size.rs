//! Sizes of memory as people write them: `2GiB`, `512m`, `1073741824`.

use std::{fmt, str::FromStr};

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

const KIB: u64 = 1 << 10;

/// Units, the largest first. Letters alone are powers of 1024, as in the docker CLI; `KB`, `MB`, `GB` of 1000.
const UNITS: &[(&str, u64)] = &[
    ("tib", KIB * KIB * KIB * KIB),
    ("gib", KIB * KIB * KIB),
    ("mib", KIB * KIB),
    ("kib", KIB),
    ("gb", 1_000_000_000),
    ("mb", 1_000_000),
    ("kb", 1_000),
    ("t", KIB * KIB * KIB * KIB),
    ("g", KIB * KIB * KIB),
    ("m", KIB * KIB),
    ("k", KIB),
    ("b", 1),
];

/// Says that a text is no size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a size such as 2GiB, 512MiB or a number of bytes")]
pub struct ByteSizeError;

impl FromStr for ByteSize {
    type Err = ByteSizeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        let unit = UNITS.iter().find_map(|(unit, bytes)| Some((lower.strip_suffix(unit)?, *bytes)));
        let (digits, bytes) = unit.unwrap_or((&lower, 1));
        let count: u64 = digits.trim_end().parse().map_err(|_| ByteSizeError)?;
        count.checked_mul(bytes).map(Self).ok_or(ByteSizeError)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |bytes: u64| self.0 >= bytes && self.0.is_multiple_of(bytes);
        for (bytes, unit) in [(KIB * KIB * KIB, "GiB"), (KIB * KIB, "MiB"), (KIB, "KiB")] {
            if whole(bytes) {
                return write!(f, "{}{unit}", self.0 / bytes);
            }
        }
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [("2GiB", 2 << 30), ("512m", 512 << 20), ("1 kb", 1000), ("7", 7), ("3b", 3)] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
        }
        for text in ["", "GiB", "-1", "1.5GiB", "2 GiBs", "99999999999999999999", "18446744073709551615k"] {
            assert_eq!(text.parse::<ByteSize>(), Err(ByteSizeError), "{text}");
        }
    }

    #[test]
    fn a_size_is_shown_in_its_largest_whole_unit() {
        for (bytes, text) in [(2 << 30, "2GiB"), (1536 << 20, "1536MiB"), (1000, "1000"), (0, "0")] {
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
    }
}
