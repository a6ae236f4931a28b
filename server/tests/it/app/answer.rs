//! An answer, and how it is written into snapshots: without what differs from run to run.

use std::fmt;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What came back, read to the end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header's value; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    pub fn json(&self) -> Value {
        self.read()
    }

    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// A text in the answer's JSON, for example `/instances/0/id`.
    pub fn text(&self, pointer: &str) -> String {
        let json = self.json();
        let value = json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {json:#}"));
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Fails unless this is the status.
    #[track_caller]
    pub fn with_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} {}", self.header("location"), self.body);
        self
    }

    /// Where the browser is sent.
    #[track_caller]
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        self.header("location")
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status.as_u16())?;
        match serde_json::from_str(&self.body) {
            Ok(json) => write!(f, "{:#}", settled(json)),
            Err(_) => f.write_str(&self.body),
        }
    }
}

/// Replaces ids, times, ports and the like by their kind.
fn settled(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(settled).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| {
                let kind = match key.as_str() {
                    "id" => Some("[id]"),
                    "port" => Some("[port]"),
                    "request_id" => Some("[request id]"),
                    key if key.ends_with("_id") => Some("[id]"),
                    key if key.ends_with("_at") || key == "state_since" => Some("[time]"),
                    _ => None,
                };
                let value = match (kind, value) {
                    (_, Value::Null) => Value::Null,
                    (Some(kind), _) => kind.into(),
                    (None, value) => settled(value),
                };
                (key, value)
            })
            .collect(),
        Value::String(text) => without_port(&text).into(),
        other => other,
    }
}

pub fn without_port(text: &str) -> String {
    const NAME: &str = "localhost:";
    let Some(at) = text.find(NAME).map(|at| at + NAME.len()) else { return text.to_owned() };
    let end = text[at..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |end| at + end);
    format!("{}[port]{}", &text[..at], &text[end..])
}
