//! What people write into the fields of the directory: read so that every mistake is told at once.

use std::{fmt::Display, str::FromStr};

use thon_domain::{email, event::Schedule, name::NameError, problem::FieldError, sandbox::SandboxOverrides};

use super::{requests::ScheduleEdit, schedule};
use crate::error::Error;

/// The longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;

/// The longest event id, in characters.
const MAX_EVENT_ID_CHARS: usize = 64;

/// Why a text cannot be a title or an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LabelError {
    #[error("at most {most} characters, this one has {chars}")]
    TooLong { most: usize, chars: usize },
    #[error("only one line, without control characters")]
    Control,
    #[error("it must not be empty")]
    Empty,
}

/// A title, trimmed; nothing when nothing is left.
pub(super) fn title(text: &str) -> Result<Option<String>, LabelError> {
    label(text, MAX_TITLE_CHARS)
}

/// The id that people write for an event, trimmed; nothing when nothing is left.
pub(super) fn event_id(text: &str) -> Result<Option<String>, LabelError> {
    label(text, MAX_EVENT_ID_CHARS)
}

fn label(text: &str, most: usize) -> Result<Option<String>, LabelError> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars > most {
        return Err(LabelError::TooLong { most, chars });
    }
    // Unicode's own line breaks are no control characters, but two lines they make.
    if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(LabelError::Control);
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// Reads the fields of a request and remembers what is wrong with them.
#[derive(Default)]
pub(super) struct Fields(Vec<FieldError>);

impl Fields {
    pub fn name<N: FromStr<Err = NameError>>(&mut self, field: &str, text: &str) -> Option<N> {
        self.read(field, text.parse())
    }

    /// A title, or that there shall be none.
    pub fn title(&mut self, text: Option<&str>) -> Option<String> {
        text.and_then(|text| self.read("title", title(text)).flatten())
    }

    pub fn event_id(&mut self, text: &str) -> Option<String> {
        self.read("event_id", event_id(text).and_then(|id| id.ok_or(LabelError::Empty)))
    }

    /// When an event takes place. In another zone the clocks of the venue show the same as before.
    pub fn schedule(&mut self, before: &Schedule, edit: &ScheduleEdit) -> Option<Schedule> {
        let name = edit.time_zone.as_deref().map_or(before.time_zone.as_str(), str::trim);
        let zone = self.read("time_zone", schedule::zone(name))?;
        let starts_at = self.read("starts_at", schedule::time(zone, before.starts_at, &edit.starts_at));
        let ends_at = self.read("ends_at", schedule::time(zone, before.ends_at, &edit.ends_at));
        let (starts_at, ends_at) = (starts_at?, ends_at?);
        self.read("ends_at", schedule::in_order(starts_at, ends_at))?;
        Some(Schedule { starts_at, ends_at, time_zone: zone.name().to_owned() })
    }

    /// An address, or that there shall be none.
    pub fn email(&mut self, text: Option<&str>) -> Option<String> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        self.read("email", email::checked(text))
    }

    pub fn sandbox(&mut self, overrides: SandboxOverrides) -> SandboxOverrides {
        let within = |mistake: FieldError| FieldError { field: format!("sandbox.{}", mistake.field), ..mistake };
        self.0.extend(overrides.mistakes().into_iter().map(within));
        overrides
    }

    /// What was made of the fields, if there was nothing wrong with them.
    ///
    /// # Errors
    /// `Invalid`, with every mistake.
    pub fn finish<T>(self, made: Option<T>) -> Result<T, Error> {
        match made {
            Some(made) if self.0.is_empty() => Ok(made),
            _ => Err(Error::Invalid { what: "nothing was changed: see the fields".to_owned(), fields: self.0 }),
        }
    }

    fn read<T>(&mut self, field: &str, read: Result<T, impl Display>) -> Option<T> {
        let note = |error: &dyn Display| FieldError { field: field.to_owned(), message: error.to_string() };
        read.map_err(|error| self.0.push(note(&error))).ok()
    }
}
