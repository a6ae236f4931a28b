//! The time of day as a test has moved it, in debug builds alone: nobody sets the clock of a machine for a test.

use chrono::TimeDelta;

#[cfg(debug_assertions)]
use std::{fs, path::PathBuf, sync::OnceLock};

/// The variable that names a file with the seconds by which the time of day is off.
#[cfg(debug_assertions)]
pub const VARIABLE: &str = "THON_FAULT_CLOCK";

/// The file that says it, as [`VARIABLE`] names it.
#[cfg(debug_assertions)]
static FILE: OnceLock<PathBuf> = OnceLock::new();

/// Lets the time of day be what a file says from now on.
#[cfg(debug_assertions)]
pub fn follow(file: &str) {
    // There is one already: the first one counts.
    let _ = FILE.set(file.into());
}

/// By how much the time of day is off. The file is read each time, since clocks jump while the program runs.
#[inline]
pub(crate) fn is_off_by() -> TimeDelta {
    #[cfg(debug_assertions)]
    if let Some(file) = FILE.get() {
        let said = fs::read_to_string(file).unwrap_or_default();
        return TimeDelta::seconds(said.trim().parse().unwrap_or_default());
    }
    TimeDelta::zero()
}
