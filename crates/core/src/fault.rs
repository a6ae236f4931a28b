//! Fault points: named moments of a step at which a test lets the real program die.
//!
//! They are there in debug builds alone, which the tests run anyway, so no second build is needed; in a release
//! [`point`] is empty and no name of a point is left, which `script/build --release` checks.

pub mod clock;

#[cfg(debug_assertions)]
use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

/// The variable that says where to die: a point's name, and after a colon at which time it is passed (else the first).
#[cfg(debug_assertions)]
pub const VARIABLE: &str = "THON_FAULT";

/// A moment after which nothing of the process is left but what it has written or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(debug_assertions, derive(strum::Display, strum::EnumString, strum::EnumIter))]
#[cfg_attr(debug_assertions, strum(serialize_all = "kebab-case"))]
pub enum Point {
    /// Somebody wants something of it, which is written; nobody was poked.
    IntentCommitted,
    /// About to make the volumes.
    VolumesWanted,
    VolumesMade,
    /// There is a container without its files and its name.
    ContainerMade,
    /// It has its files and still no name.
    FilesPut,
    /// It is finished and not started.
    ContainerNamed,
    /// It runs, and nobody has looked whether the editor answers.
    ContainerStarted,
    /// The editor has answered, which is not written.
    EditorAnswered,
    /// It is frozen, which is not written.
    SandboxPaused,
    /// It goes on after a pause, and nobody has looked whether the editor answers.
    SandboxResumed,
    /// Its processes have ended, and it is still there.
    ContainerStopped,
    /// It was removed, which is not written.
    SandboxRemoved,
}

/// Dies here if the environment said so at the start.
#[inline]
pub fn point(here: Point) {
    #[cfg(debug_assertions)]
    if let Some(armed) = ARMED.get()
        && armed.point == here
        && armed.left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        // No destructor runs and nothing is flushed, as with `kill -9`.
        std::process::abort();
    }
    #[cfg(not(debug_assertions))]
    let _ = here;
}

/// Where the process is to die. A process dies once, so there is one.
#[cfg(debug_assertions)]
static ARMED: OnceLock<Armed> = OnceLock::new();

#[cfg(debug_assertions)]
#[derive(Debug)]
struct Armed {
    point: Point,
    left: AtomicU32,
}

/// Arms a point, as [`VARIABLE`] says it.
///
/// # Errors
/// When there is no such point, or the number is none.
#[cfg(debug_assertions)]
pub fn arm(text: &str) -> Result<(), String> {
    let (name, nth) = text.split_once(':').unwrap_or((text, "1"));
    let point = name.parse().map_err(|_| format!("{VARIABLE}: there is no fault point `{name}`"))?;
    let nth = nth.parse().map_err(|_| format!("{VARIABLE}: `{nth}` is not a number"))?;
    // Armed already: the first one counts.
    let _ = ARMED.set(Armed { point, left: AtomicU32::new(nth) });
    Ok(())
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_armed_is_told() {
        assert_eq!(arm("lunch"), Err("THON_FAULT: there is no fault point `lunch`".to_owned()));
        assert_eq!(arm("files-put:often"), Err("THON_FAULT: `often` is not a number".to_owned()));
    }
}
