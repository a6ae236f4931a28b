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
        let id = "The id of the event that groups without one belong to, for example hackathon-2026-spring";
        Self {
            id: reader.key("event.id", id).env("THON_EVENT_ID").text(),
            title: reader.key("event.title", "The title of that event").env("THON_EVENT_TITLE").text(),
        }
    }
}
