//! What Docker's answers mean: wait and try again, or tell the person what to do.
//!
//! Docker has no codes for most reasons, so the sentences of 20.10 to 28 are read where a person can do something about it.

use std::{error::Error as _, fmt::Write as _, path::Path};

use bollard::errors::Error;
use thon_core::port::runtime::RuntimeError;
use thon_domain::id::InstanceId;

/// The HTTP status of Docker's answer, if it answered.
pub(super) fn status(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

pub(super) fn is_missing(error: &Error) -> bool {
    status(error) == Some(404)
}

pub(super) fn is_conflict(error: &Error) -> bool {
    status(error) == Some(409)
}

/// Whether Docker's own words contain these.
pub(super) fn says(error: &Error, words: &str) -> bool {
    matches!(error, Error::DockerResponseServerError { message, .. } if message.contains(words))
}

/// What an error means for any call.
pub(super) fn explained(error: Error) -> RuntimeError {
    match error {
        Error::DockerResponseServerError { status_code, message } => answered(status_code, &message),
        Error::UnsupportedURISchemeError { uri } => rejected(
            "docker-host",
            format!("`{uri}` is not an address of Docker: use a path, unix:///path or tcp://host:port"),
        ),
        silent => unavailable(format!("Docker does not answer: {}", chain(&silent))),
    }
}

/// What an error means for a call about an instance's container: a missing one is `NotFound`.
pub(super) fn of_instance(error: Error, instance: InstanceId) -> RuntimeError {
    if is_missing(&error) { RuntimeError::NotFound(instance) } else { explained(error) }
}

/// Somebody else's container has the name that a sandbox's needs.
pub(super) fn name_taken(name: &str) -> RuntimeError {
    let reason = format!("a container `{name}` exists that is not this sandbox's: rename or remove it, then try again");
    rejected("name-taken", reason)
}

/// There is no room for something on this host's disk.
pub(super) fn disk_full(path: &Path) -> RuntimeError {
    let reason = format!("the disk is full, so {} cannot be made; free some space, then try again", path.display());
    rejected("no-space", reason)
}

/// What is asked for makes sense for a running sandbox only.
pub(super) fn not_running() -> RuntimeError {
    rejected("not-running", "the sandbox does not run: start it before it is paused".to_owned())
}

pub(super) fn rejected(code: &'static str, reason: String) -> RuntimeError {
    RuntimeError::Rejected { code, reason }
}

pub(super) fn unavailable(reason: String) -> RuntimeError {
    RuntimeError::Unavailable { reason }
}

fn answered(status: u16, message: &str) -> RuntimeError {
    let message = message.trim();
    // Docker's own allocator says the first, the kernel the second.
    if message.contains("port is already allocated") || message.contains("address already in use") {
        return rejected(
            "port-taken",
            format!("something else listens on the sandbox's port; end it, then try again ({message})"),
        );
    }
    if message.contains("no space left on device") {
        return rejected(
            "no-space",
            format!("the disk of Docker is full; free some space, then try again ({message})"),
        );
    }
    if status >= 500 {
        return unavailable(format!("Docker failed: {message}"));
    }
    rejected("docker-refused", format!("Docker refused: {message}"))
}

/// An error with its causes; the client's own text says only that something failed.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(status_code: u16, message: &str) -> Option<&'static str> {
        match explained(Error::DockerResponseServerError { status_code, message: message.to_owned() }) {
            RuntimeError::Rejected { code, .. } => Some(code),
            RuntimeError::Unavailable { .. } => None,
            RuntimeError::NotFound(_) => panic!("{message} is not about an instance"),
        }
    }

    #[test]
    fn a_person_is_told_what_only_a_person_can_change() {
        let allocated = "driver failed programming external connectivity: Bind for 127.0.0.1:20001 failed: port is already allocated";
        assert_eq!(code(500, allocated), Some("port-taken"));
        assert_eq!(code(500, "listen tcp4 127.0.0.1:20001: bind: address already in use"), Some("port-taken"));
        assert_eq!(code(500, "write /var/lib/docker/x: no space left on device"), Some("no-space"));
        assert_eq!(code(400, "Range of CPUs is from 0.01 to 2.00"), Some("docker-refused"));
    }

    #[test]
    fn a_daemon_in_trouble_is_tried_again() {
        assert_eq!(code(500, "context canceled"), None);
        assert_eq!(code(503, ""), None);
    }
}
