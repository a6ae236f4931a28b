//! Jobs and outcomes in the words of the pages.

use thon_domain::job::{ItemOutcome, JobKind};

use crate::{live::Counts, ui::Symbol, words};

/// What is asked of so many: `Launch 12 instances`.
pub fn wish(kind: JobKind, many: u64) -> String {
    let verb = match kind {
        JobKind::Launch => "Launch",
        JobKind::Pause => "Pause",
        JobKind::Resume => "Resume",
        JobKind::Terminate => "Terminate",
        JobKind::Recreate => "Recreate",
        JobKind::Renew => "Renew",
    };
    format!("{verb} {}", words::count(usize::try_from(many).unwrap_or(usize::MAX), "instance", "instances"))
}

/// How an outcome is shown: what the styles know it by, its drawing, its word.
pub const fn outcome(outcome: ItemOutcome) -> (&'static str, Symbol, &'static str) {
    match outcome {
        ItemOutcome::Done => ("running", Symbol::StateRunning, "Done"),
        ItemOutcome::Failed => ("failed", Symbol::StateFailed, "Failed"),
        ItemOutcome::Refused => ("failed", Symbol::StateFailed, "Refused"),
        ItemOutcome::Cancelled => ("terminated", Symbol::StateTerminated, "Called off"),
        ItemOutcome::Overtaken => ("paused", Symbol::StatePaused, "Overtaken"),
    }
}

/// How far it is: `9 of 12 done, 2 failed`.
pub fn counts(counts: &Counts) -> String {
    let of = |wanted| counts.of.iter().find(|(known, _)| *known == wanted).map_or(0, |(_, count)| *count);
    let rest = [
        (ItemOutcome::Failed, "failed"),
        (ItemOutcome::Refused, "refused"),
        (ItemOutcome::Cancelled, "called off"),
        (ItemOutcome::Overtaken, "overtaken"),
    ];
    let rest = rest
        .into_iter()
        .filter(|(outcome, _)| of(*outcome) > 0)
        .map(|(outcome, word)| format!(", {} {word}", of(outcome)));
    let rest: Vec<String> = rest.collect();
    format!("{} of {} done{}", of(ItemOutcome::Done), counts.total, rest.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_told_and_the_rest_is_not() {
        let of = vec![(ItemOutcome::Done, 9), (ItemOutcome::Failed, 2)];
        assert_eq!(counts(&Counts { total: 12, open: 1, of }), "9 of 12 done, 2 failed");
        assert_eq!(counts(&Counts { total: 1, open: 1, of: Vec::new() }), "0 of 1 done");
        assert_eq!([wish(JobKind::Launch, 1), wish(JobKind::Renew, 2)], ["Launch 1 instance", "Renew 2 instances"]);
    }
}
