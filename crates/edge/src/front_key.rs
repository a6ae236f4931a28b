//! The server in front of the edge, known by a header that nobody else can send.

use std::fmt;

use http::{HeaderMap, HeaderName};
use subtle::ConstantTimeEq as _;

use crate::headers;

/// What carries the key. It never goes further than the door.
pub(crate) const FRONT: HeaderName = HeaderName::from_static("x-thon-front");

/// What carries the key of a question, likewise: whether the server in front may lead a request to an editor by itself.
pub(crate) const QUESTION: HeaderName = HeaderName::from_static("x-thon-question");

/// The fewest letters that nobody guesses.
const LEAST: usize = 32;

/// What a server in front, for example nginx, proves itself with: letters, digits, `-` and `_` only.
#[derive(Clone, PartialEq, Eq)]
pub struct FrontKey(String);

impl FrontKey {
    /// Takes a key that is long enough and can stand in a header as it is; `None` for any other.
    pub fn new(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (text.len() >= LEAST && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// Whether a request was sent by the server that has this key, which stands in this header.
    pub(crate) fn is_in(&self, headers: &HeaderMap, name: &HeaderName) -> bool {
        headers::single(headers, name).is_some_and(|sent| sent.as_bytes().ct_eq(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for FrontKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FrontKey(…)")
    }
}
