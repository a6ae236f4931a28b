//! The event that groups belong to when their file names none.

use super::reader::Reader;

/// The hackathon that is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The id that people write, for example `hackathon-2026-spring`.
    pub id: Option<String>,
    pub title: Option<String>,
}

impl Event {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { id: reader.text("event.id"), title: reader.text("event.title") }
    }
}
