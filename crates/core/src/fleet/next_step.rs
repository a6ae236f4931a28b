//! The brain of the reconciler: from what is wanted and what is seen to the one next step. Pure.

use chrono::{DateTime, Duration, Utc};
use thon_domain::instance::{Instance, Intent, State};

use crate::port::runtime::{Condition, Sandbox};

/// How long an editor may take from the start of its sandbox to its first good answer.
const START_DEADLINE: Duration = Duration::seconds(90);

/// The longest wait between tries. A due time further off is from before the clock was set back.
const LONGEST_WAIT: Duration = Duration::seconds(60);

/// A sandbox that lived this long had started well: its end is not the failure of a try.
const LIVED: Duration = Duration::seconds(60);

/// The waits between tries; after the last one it has failed.
const WAITS: [Duration; 3] = [Duration::seconds(2), Duration::seconds(10), Duration::seconds(60)];

/// The one thing to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// All is as it should be.
    Rest,
    /// Nothing to do before this moment.
    Wait { until: DateTime<Utc> },
    /// Make a sandbox, with a new secret.
    Create,
    /// Start the sandbox that was made.
    Start,
    /// Freeze the sandbox.
    Pause,
    /// Write down that it is frozen.
    Paused,
    /// Let the frozen sandbox go on.
    Resume,
    /// Ask the editor; when it does not answer, ask again after a moment, or give this try up if its time is over.
    Probe { last: bool },
    /// Take the sandbox away.
    Remove,
    /// Write down that it is gone.
    Terminated,
    /// What was frozen is gone, and its memory with it: write down why, and that it has ended.
    LostWhilePaused { code: &'static str, reason: String },
    /// The sandbox ended by itself: write down why, and begin again.
    Lost { code: &'static str, reason: String },
    /// This try has failed: take the sandbox away, write down why.
    TryFailed { code: &'static str, reason: String },
}

/// Decides the next step.
pub fn next_step(instance: &Instance, observed: Option<&Sandbox>, now: DateTime<Utc>) -> Step {
    match (instance.intent, observed) {
        (Intent::Terminate, None) if instance.state == State::Terminated => Step::Rest,
        (Intent::Terminate, None) => Step::Terminated,
        (Intent::Terminate, Some(_)) => Step::Remove,
        (Intent::Run, None) => absent(instance, now),
        (_, Some(_)) if instance.state == State::Failed => Step::Remove,
        (_, Some(sandbox)) if sandbox.generation != instance.generation => Step::Remove,
        (Intent::Run, Some(sandbox)) if sandbox.address.port() != instance.host_port => misplaced(instance, sandbox),
        (Intent::Run, Some(sandbox)) => present(instance, sandbox, now),
        (Intent::Pause, None) if instance.state == State::Failed => Step::Rest,
        (Intent::Pause, observed) => frozen(instance, observed),
    }
}

/// It shall be frozen.
fn frozen(instance: &Instance, observed: Option<&Sandbox>) -> Step {
    match observed.map(|sandbox| &sandbox.condition) {
        Some(Condition::Running { .. }) => Step::Pause,
        Some(Condition::Paused) if instance.state == State::Paused => Step::Rest,
        Some(Condition::Paused) => Step::Paused,
        // Made anew by hand, while THON was away: not what was frozen.
        Some(Condition::Created) => Step::Remove,
        Some(Condition::Exited { code, out_of_memory }) => {
            let (code, reason) = ending(*code, *out_of_memory);
            Step::LostWhilePaused { code, reason }
        }
        None => Step::LostWhilePaused { code: "sandbox-vanished", reason: removed_while_paused(instance).to_owned() },
    }
}

const fn removed_while_paused(instance: &Instance) -> &'static str {
    if instance.ephemeral {
        "The sandbox was removed from outside while it was paused, and its files with it. Launch it again."
    } else {
        "The sandbox was removed from outside while it was paused. Its files are kept; launch it again."
    }
}

/// It shall run, and there is no sandbox.
fn absent(instance: &Instance, now: DateTime<Utc>) -> Step {
    match instance.state {
        State::Failed => Step::Rest,
        State::Running | State::Pausing | State::Paused | State::Resuming => Step::Lost {
            code: "sandbox-vanished",
            reason: "The sandbox was removed from outside. THON starts a new one.".to_owned(),
        },
        State::Pending | State::Stopping | State::Terminated => match instance.next_attempt_at {
            Some(due) if due > now && due <= now + LONGEST_WAIT => Step::Wait { until: due },
            _ => Step::Create,
        },
    }
}

/// Its sandbox stands at a port that is not its own, which only hands from outside can do.
///
/// A failed try rather than a loss: whose sandbox stands at ours may be misplaced too, and is gone when the wait is over.
fn misplaced(instance: &Instance, sandbox: &Sandbox) -> Step {
    let (has, owns) = (sandbox.address.port(), instance.host_port);
    let reason = format!("Its sandbox was moved to port {has} from outside. THON starts a new one at its own, {owns}.");
    Step::TryFailed { code: "port-wrong", reason }
}

/// It shall run, and its sandbox is there.
fn present(instance: &Instance, sandbox: &Sandbox, now: DateTime<Utc>) -> Step {
    match &sandbox.condition {
        Condition::Created => Step::Start,
        Condition::Paused => Step::Resume,
        Condition::Running { .. } if instance.state == State::Running => Step::Rest,
        Condition::Running { since } => {
            // One that goes on after a pause was started long ago, and the runtime's clock may be another one than ours:
            // nothing starts before it was asked for.
            let from =
                if instance.state == State::Resuming { instance.state_since } else { instance.state_since.max(*since) };
            Step::Probe { last: now >= from + START_DEADLINE }
        }
        Condition::Exited { code, out_of_memory } => {
            let (word, reason) = ending(*code, *out_of_memory);
            if matches!(instance.state, State::Running | State::Resuming) {
                Step::Lost { code: word, reason }
            } else {
                Step::TryFailed { code: word, reason }
            }
        }
    }
}

/// Why a sandbox ended, in a word and in a sentence. 128 + n is the end by signal n.
fn ending(code: i64, out_of_memory: bool) -> (&'static str, String) {
    if out_of_memory {
        let reason = "The sandbox used more memory than it may, so the kernel ended it. Close what needs much memory, \
                      or ask an organizer for more.";
        return ("out-of-memory", reason.to_owned());
    }
    ("sandbox-ended", format!("The sandbox ended by itself (exit status {code}); `docker logs` of it tells more."))
}

/// An instance after a try that failed: it waits for the next one, or has failed for good.
#[must_use]
pub fn after_failed_try(instance: &Instance, code: &str, reason: &str, now: DateTime<Utc>) -> Instance {
    let failure = Some(thon_domain::instance::Failure { code: code.to_owned(), reason: reason.to_owned() });
    let attempts = instance.attempts + 1;
    let wait = WAITS.get(instance.attempts as usize);
    Instance {
        state: if wait.is_some() { State::Pending } else { State::Failed },
        state_since: if wait.is_some() && instance.state == State::Pending { instance.state_since } else { now },
        attempts,
        next_attempt_at: wait.map(|wait| now + *wait),
        failure,
        ..instance.clone()
    }
}

/// An instance whose sandbox ended although it had been running.
///
/// After a good while it simply starts again; one that ends soon after each start runs out of tries.
#[must_use]
pub fn after_loss(instance: &Instance, code: &str, reason: &str, now: DateTime<Utc>) -> Instance {
    if now - instance.state_since < LIVED {
        return after_failed_try(instance, code, reason, now);
    }
    let failure = Some(thon_domain::instance::Failure { code: code.to_owned(), reason: reason.to_owned() });
    Instance {
        state: State::Pending,
        state_since: now,
        attempts: 0,
        next_attempt_at: None,
        failure,
        ..instance.clone()
    }
}

#[cfg(test)]
mod tests;
