//! Tables, their columns as wide as they must be.

use chrono::{DateTime, Utc};

/// What stands in a table where there is nothing to say.
pub(super) const NOTHING: &str = "-";

/// The rows as lines.
pub(super) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}

/// A moment to the minute: a table is read, not computed with.
pub(super) fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| NOTHING.to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}
