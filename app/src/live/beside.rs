//! What the stream tells beside what happens: figures of sandboxes, and what the one writes that a page is about.

use leptos::prelude::*;
use thon_domain::{
    id::{InstanceId, UserId},
    live::Readings,
    sandbox::{LogLine, Reading},
};

/// How many lines of a log a page keeps.
const MOST_LINES: usize = 500;

/// What a page asked for, and what it was told last.
#[derive(Clone, Copy)]
pub struct Beside {
    /// What the stream is asked for, as its query goes on.
    query: RwSignal<String>,
    /// Nothing before the stream has told it once.
    readings: RwSignal<Option<Readings>>,
    /// As above.
    log: RwSignal<Option<Vec<LogLine>>>,
}

impl Beside {
    pub(super) fn new() -> Self {
        Self { query: RwSignal::default(), readings: RwSignal::new(None), log: RwSignal::new(None) }
    }

    /// Asks for what all sandboxes take.
    pub fn ask_readings(self) {
        self.query.set("&readings=true".to_owned());
    }

    /// Asks for what one sandbox takes and writes.
    pub fn look_at(self, instance: InstanceId) {
        self.query.set(format!("&look={instance}"));
    }

    /// What a user's sandbox takes at this moment, if that is known.
    pub fn reading(self, user: UserId) -> Memo<Option<Reading>> {
        Memo::new(move |_| self.readings.with(|readings| readings.as_ref()?.get(&user).copied()))
    }

    /// Whether the stream has ever told what sandboxes take.
    pub fn is_read(self) -> Memo<bool> {
        Memo::new(move |_| self.readings.with(Option::is_some))
    }

    /// The last lines that were written, once the stream has told them; at most [`MOST_LINES`].
    pub fn log(self) -> RwSignal<Option<Vec<LogLine>>> {
        self.log
    }

    pub(super) fn query(self) -> String {
        self.query.get_untracked()
    }

    /// Notes what sandboxes take.
    pub(super) fn read(self, readings: Readings) {
        self.readings.set(Some(readings));
    }

    /// Notes what a sandbox wrote.
    pub(super) fn wrote(self, anew: bool, mut lines: Vec<LogLine>) {
        self.log.update(|log| {
            let kept = log.get_or_insert_default();
            if anew {
                kept.clear();
            }
            kept.append(&mut lines);
            kept.drain(..kept.len().saturating_sub(MOST_LINES));
        });
    }

    /// Notes that the stream broke: figures of a moment that has passed are none.
    pub(super) fn lost(self) {
        if self.readings.with_untracked(Option::is_some) {
            self.readings.set(Some(Readings::new()));
        }
    }
}
