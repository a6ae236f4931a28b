//! YAML text as a tree that remembers where each value stands.
//!
//! serde into structs stops at the first mistake and forgets positions. Files that people write deserve all their
//! mistakes at once, each with its line, so they are read into this tree first. JSON is YAML, so it is read here too.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{DuplicateKeyPolicy, Location, MessageFormatter as _, Spanned};

/// Where something stands in a text. Lines and columns count from 1, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u64,
    pub column: u64,
    /// The same place in bytes from the start, and how many bytes belong to it.
    pub offset: usize,
    pub length: usize,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub at: Position,
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; a key that is written twice is here twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a map, as written, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    pub at: Position,
    pub name: String,
}

/// Says why a text is not YAML, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    pub at: Option<Position>,
    pub message: String,
}

/// Reads YAML or JSON. An empty text is null.
///
/// # Errors
/// When the text is not one YAML document.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    // `no`, `off` and `y` are names of people, not truth values; a key written twice is told with both its lines.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        with_snippet: false,
        // A file may be mostly comments, as the shipped example is; else 96 of them in a row are refused.
        emit_comments: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| SyntaxError {
        at: error.location().map(Position::from),
        message: serde_saphyr::UserMessageFormatter.format_message(&error).into_owned(),
    })
}

impl Node {
    /// The value under a key of a map.
    pub fn child(&self, name: &str) -> Option<&Self> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// A scalar as text: names and passwords may look like numbers.
    pub fn as_text(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) => Some(text.clone()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Integer(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }
}

impl Value {
    /// What kind of value this is, in words for people.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

impl From<Location> for Position {
    fn from(location: Location) -> Self {
        let span = location.span();
        let bytes = |count: Option<u64>| count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        Self {
            line: location.line(),
            column: location.column(),
            offset: bytes(span.byte_offset()),
            length: bytes(span.byte_len()),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self { at: spanned.referenced.into(), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self { at: spanned.referenced.into(), name: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

/// Takes whatever stands there.
struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Integer(number.into()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element()? {
            list.push(node);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_may_be_mostly_comments() {
        let text = format!("a:\n{}b: 1\n", "# a remark\n".repeat(1000));
        let root = parse(&text).expect("YAML");
        assert_eq!(root.child("b").map(|node| node.at.line), Some(1002));
    }

    #[test]
    fn values_know_their_places() {
        let root = parse("a: 1\nb:\n  - x\n  - c: no\n").expect("good YAML");
        let b = root.child("b").expect("b");
        let Value::List(items) = &b.value else { panic!("a list") };
        assert_eq!((items[0].at.line, items[0].at.column), (3, 5));
        let c = items[1].child("c").expect("c");
        assert_eq!((c.at.line, c.at.column, c.at.offset, c.at.length), (4, 8, 21, 2));
        assert_eq!(c.value, Value::Text("no".into()));
    }

    #[test]
    fn json_is_yaml() {
        let root = parse("{\"a\": [true, null, 2.5, \"x\"],\n \"b\": {}}").expect("good JSON");
        assert_eq!(root.child("b").map(|b| b.at.line), Some(2));
        let Some(Value::List(items)) = root.child("a").map(|a| &a.value) else { panic!("a list") };
        let values: Vec<_> = items.iter().map(|item| item.value.clone()).collect();
        assert_eq!(values, [Value::Bool(true), Value::Null, Value::Float(2.5), Value::Text("x".into())]);
    }

    #[test]
    fn a_key_written_twice_is_kept_twice() {
        let root = parse("a: 1\na: 2\n").expect("good YAML");
        let Value::Map(entries) = root.value else { panic!("a map") };
        assert_eq!(entries.iter().map(|(key, _)| key.at.line).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn numbers_keep_their_zeros_and_nothing_is_null() {
        assert_eq!(parse("007").map(|node| node.value), Ok(Value::Text("007".into())));
        assert_eq!(parse("").map(|node| node.value), Ok(Value::Null));
        assert_eq!(parse("# only a comment\n").map(|node| node.value), Ok(Value::Null));
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let error = parse("a: [1, 2\nb: 3\n").expect_err("an open bracket");
        assert_eq!(error.at.map(|at| at.line), Some(2), "{error:?}");
        assert!(!error.message.contains("line"), "{}", error.message);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}|[-a-z:\\[\\]{}\"'&*!|># \n\t0-9.]{0,200}") {
            let _ = parse(&text);
        }
    }
}
