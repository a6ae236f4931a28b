//! What may be asked of an instance, and what it is then. Pure.

use chrono::{DateTime, Utc};
use thon_domain::{
    id::UserId,
    instance::{Instance, Intent, State},
    live::Change,
};

use super::expiry;
use crate::{actor::Action, error::Error};

/// Something to do with an instance that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Freeze it: it keeps its memory and gets no CPU.
    Pause,
    /// Let it go on.
    Resume,
    /// End it; its files stay. Stop, kill and terminate are one.
    Terminate,
    /// A new sandbox in place of the old one, with the same files, at the same address.
    Recreate,
    /// As `Recreate`, with an empty home and the person's own beside it: for one that no editor starts in. The next other
    /// start ends it.
    Rescue,
    /// Let it end in so many minutes from now; 0 means never.
    Renew { minutes: u32 },
}

impl Operation {
    /// What the actor must be allowed to do.
    pub const fn action(self, user: UserId) -> Action {
        match self {
            Self::Pause | Self::Resume => Action::Pause(user),
            Self::Terminate => Action::Terminate(user),
            Self::Recreate | Self::Rescue => Action::Recreate(user),
            Self::Renew { .. } => Action::Renew(user),
        }
    }

    /// What has to change; `None` when it is so already, or on its way there.
    ///
    /// # Errors
    /// `Conflict` when this cannot be asked of an instance in its state.
    pub fn on(self, before: &Instance, now: DateTime<Utc>) -> Result<Option<Change>, Error> {
        use State::{Failed, Paused, Pausing, Pending, Resuming, Running, Stopping, Terminated};
        let moved = |intent, state| Instance {
            intent,
            state,
            state_since: now,
            attempts: 0,
            next_attempt_at: None,
            ..before.clone()
        };
        let change = match (self, before.state) {
            (Self::Pause, Pausing | Paused) | (Self::Resume, Running | Resuming) => return Ok(None),
            (Self::Pause, Running | Resuming) => {
                Change::InstancePausing { instance: moved(Intent::Pause, State::Pausing) }
            }
            (Self::Resume, Pausing | Paused) => {
                Change::InstanceResuming { instance: moved(Intent::Run, State::Resuming) }
            }
            (Self::Pause, state) => return Err(not_now("pause", state, "Pause it once it runs.")),
            (Self::Resume, Pending | Stopping | Terminated | Failed) => {
                return Err(not_now("resume", before.state, "It is not paused: launch it."));
            }
            (Self::Terminate, _) if before.intent == Intent::Terminate => return Ok(None),
            (Self::Terminate, _) => {
                let ending = moved(Intent::Terminate, State::Stopping);
                Change::InstanceStopping { instance: Instance { expires_at: None, warned_minutes: None, ..ending } }
            }
            (Self::Recreate, _) => Change::InstanceRecreated { instance: anew(before, now) },
            (Self::Rescue, _) if before.ephemeral => {
                let hint = "Recreate it instead: it begins with an empty home anyway.";
                return Err(Error::conflict("this instance keeps no home that could be rescued", hint));
            }
            (Self::Rescue, _) => Change::InstanceRecreated { instance: Instance { rescue: true, ..anew(before, now) } },
            (Self::Renew { minutes }, _) => {
                Change::InstanceRenewed { instance: expiry::ending_in(before, minutes, now) }
            }
        };
        Ok(Some(change))
    }
}

/// An instance that shall have its next sandbox.
#[must_use]
pub(super) fn anew(before: &Instance, now: DateTime<Utc>) -> Instance {
    Instance {
        state: State::Pending,
        state_since: now,
        intent: Intent::Run,
        generation: before.generation + 1,
        attempts: 0,
        next_attempt_at: None,
        failure: None,
        rescue: false,
        ..before.clone()
    }
}

fn not_now(verb: &str, state: State, hint: &str) -> Error {
    Error::conflict(format!("cannot {verb} an instance that is {}", state.to_string().to_lowercase()), hint)
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;
    use thon_domain::id::InstanceId;
    use uuid::Uuid;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn in_state(state: State) -> Instance {
        let first = Instance::first(InstanceId::new(Uuid::nil()), UserId::new(Uuid::nil()), 8443, NOW);
        let intent = match state {
            State::Stopping | State::Terminated => Intent::Terminate,
            State::Pausing | State::Paused => Intent::Pause,
            _ => Intent::Run,
        };
        Instance { state, intent, ..first }
    }

    #[test]
    fn a_rescue_lasts_until_the_next_start_and_is_not_for_what_keeps_no_home() {
        let before = in_state(State::Running);
        let started = |operation: Operation, before: &Instance| {
            let change = operation.on(before, NOW).expect("possible").expect("a change");
            change.instance().expect("an instance").clone()
        };
        let rescued = started(Operation::Rescue, &before);
        assert_eq!((rescued.rescue, rescued.generation), (true, before.generation + 1));
        assert!(started(Operation::Rescue, &rescued).rescue, "once more");
        assert!(!started(Operation::Recreate, &rescued).rescue);
        let refused =
            Operation::Rescue.on(&Instance { ephemeral: true, ..before }, NOW).expect_err("nothing to rescue");
        assert!(matches!(refused, Error::Conflict { .. }), "{refused}");
    }

    #[test]
    fn every_operation_on_every_state_is_decided() {
        let operations = [
            Operation::Pause,
            Operation::Resume,
            Operation::Terminate,
            Operation::Recreate,
            Operation::Rescue,
            Operation::Renew { minutes: 30 },
        ];
        let mut table = Vec::new();
        for operation in operations {
            for state in State::iter() {
                let before = in_state(state);
                let verdict = match operation.on(&before, NOW) {
                    Ok(None) => "so already".to_owned(),
                    Ok(Some(change)) => {
                        let after = change.instance().expect("an instance").clone();
                        assert!(state == after.state || state.may_become(after.state), "{state} -> {}", after.state);
                        format!("{} {} g{}", after.intent, after.state, after.generation)
                    }
                    Err(error) => error.to_string(),
                };
                table.push(format!("{operation:?} {state}: {verdict}"));
            }
        }
        insta::assert_snapshot!(table.join("\n"));
    }
}
