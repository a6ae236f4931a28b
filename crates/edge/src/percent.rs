//! Percent-encoding (RFC 3986 §2.1), as far as the edge writes and reads it.

use std::fmt::Write;

/// Encodes all but the unreserved characters, so the result can stand in a query and in a cookie.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The first value of a key in a query; `None` as well when it does not decode to text.
pub(crate) fn value(query: &str, key: &str) -> Option<String> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.into_iter().find(|(name, _)| *name == key).and_then(|(_, value)| decode(value))
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_that_does_not_decode_is_none() {
        assert_eq!(value("t=1&to=%2Fa%20b+c", "to").as_deref(), Some("/a b c"));
        assert_eq!(value("to=%2", "to"), None);
        assert_eq!(value("to=%zz", "to"), None);
        assert_eq!(value("to=%ff", "to"), None);
        assert_eq!(value("tomato=1", "to"), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(text in "\\PC*") {
            let query = format!("a=1&to={}&z", encode(&text));
            prop_assert!(query.is_ascii());
            prop_assert_eq!(value(&query, "to"), Some(text));
        }
    }
}
