//! What became of a job's item, by what its instance is now. Pure.

use super::{ItemOutcome, JobKind};
use crate::instance::{Instance, Intent, State};

/// The outcome, with a sentence where it is not the wished one; nothing while the instance is on its way.
pub fn verdict(kind: JobKind, generation: u32, now: &Instance) -> Option<(ItemOutcome, Option<String>)> {
    let (intent, state) = match kind {
        JobKind::Launch | JobKind::Resume | JobKind::Recreate => (Intent::Run, State::Running),
        JobKind::Pause => (Intent::Pause, State::Paused),
        JobKind::Terminate => (Intent::Terminate, State::Terminated),
        // It is so as soon as it is written.
        JobKind::Renew => return Some((ItemOutcome::Done, None)),
    };
    let failure = || now.failure.as_ref().map(|failure| failure.reason.clone());
    if now.intent != intent || now.generation != generation {
        let reason = failure().unwrap_or_else(|| "Something else was wanted of it since.".to_owned());
        return Some((ItemOutcome::Overtaken, Some(reason)));
    }
    match now.state {
        State::Failed => Some((ItemOutcome::Failed, failure())),
        now if now == state => Some((ItemOutcome::Done, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use strum::IntoEnumIterator as _;
    use uuid::Uuid;

    use super::*;
    use crate::{
        id::{InstanceId, UserId},
        instance::Failure,
    };

    fn instance(state: State, intent: Intent) -> Instance {
        let (id, user) = (InstanceId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let first = Instance::first(id, user, 20_000, DateTime::<Utc>::UNIX_EPOCH);
        Instance { state, intent, generation: 2, ..first }
    }

    #[test]
    fn every_kind_of_job_and_state_is_decided() {
        let intents = [Intent::Run, Intent::Pause, Intent::Terminate];
        let table: Vec<String> = JobKind::iter()
            .flat_map(|kind| intents.map(|intent| (kind, intent)))
            .map(|(kind, intent)| {
                let words = State::iter().map(|state| match verdict(kind, 2, &instance(state, intent)) {
                    None => format!("{state} …"),
                    Some((outcome, _)) => format!("{state} {outcome}"),
                });
                format!("{kind}, {intent} is wanted: {}", words.collect::<Vec<_>>().join(", "))
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn a_later_sandbox_is_another_matter_and_a_failure_says_why() {
        let running = instance(State::Running, Intent::Run);
        assert_eq!(verdict(JobKind::Launch, 2, &running), Some((ItemOutcome::Done, None)));
        assert!(matches!(verdict(JobKind::Launch, 1, &running), Some((ItemOutcome::Overtaken, Some(_)))));
        let failure = Some(Failure { code: "no-space".to_owned(), reason: "The disk is full.".to_owned() });
        let failed = Instance { failure, ..instance(State::Failed, Intent::Run) };
        assert_eq!(
            verdict(JobKind::Launch, 2, &failed),
            Some((ItemOutcome::Failed, Some("The disk is full.".to_owned())))
        );
    }
}
