//! Between rows and the domain: times in whole microseconds, words and numbers checked on the way out.

use std::{fmt::Display, str::FromStr};

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use serde_json::json;
use thon_domain::sandbox::SandboxOverrides;

use crate::StoreError;

/// Cuts a time to what both databases keep.
pub(crate) fn cut(time: DateTime<Utc>) -> DateTime<Utc> {
    time.trunc_subsecs(6)
}

pub(crate) fn stored(time: DateTime<Utc>) -> NaiveDateTime {
    cut(time).naive_utc()
}

/// Reads a word back as the type that wrote it; `place` is its table and column.
pub(crate) fn parsed<T: FromStr<Err: Display>>(text: &str, place: &'static str) -> Result<T, StoreError> {
    text.parse().map_err(|error| StoreError::corrupt(place, &format!("{text:?}: {error}")))
}

pub(crate) fn parsed_option<T: FromStr<Err: Display>>(
    text: Option<&str>,
    place: &'static str,
) -> Result<Option<T>, StoreError> {
    text.map(|text| parsed(text, place)).transpose()
}

/// Reads a number back; `place` is its table and column.
pub(crate) fn number<T: TryFrom<i64, Error: Display>>(number: i64, place: &'static str) -> Result<T, StoreError> {
    T::try_from(number).map_err(|error| StoreError::corrupt(place, &format!("{number}: {error}")))
}

/// Reads a row back, if there is one.
pub(crate) fn one<Row, T: TryFrom<Row, Error = StoreError>>(row: Option<Row>) -> Result<Option<T>, StoreError> {
    row.map(T::try_from).transpose()
}

/// Reads rows back, in their order.
pub(crate) fn all<Row, T: TryFrom<Row, Error = StoreError>>(rows: Vec<Row>) -> Result<Vec<T>, StoreError> {
    rows.into_iter().map(T::try_from).collect()
}

/// Overrides as JSON; nothing for none.
pub(crate) fn overrides_stored(overrides: &SandboxOverrides) -> Option<String> {
    (!overrides.is_empty()).then(|| json!(overrides).to_string())
}

/// Reads overrides back; `place` is their table and column.
pub(crate) fn overrides(text: Option<&str>, place: &'static str) -> Result<SandboxOverrides, StoreError> {
    let read = |text| serde_json::from_str(text).map_err(|error| StoreError::corrupt(place, &error));
    text.map_or_else(|| Ok(SandboxOverrides::default()), read)
}

/// Stands before what `LIKE` would take for a joker.
pub(crate) const ESCAPE: char = '\\';

/// A folded text as a pattern that matches wherever it stands.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(c);
    }
    pattern + "%"
}
