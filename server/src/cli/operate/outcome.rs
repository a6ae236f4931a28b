//! What became of each sandbox, and what the command says and ends with.

use serde::Serialize;
use thon_domain::{
    id::InstanceId,
    instance::State,
    problem::{Problem, ProblemCode},
};

use crate::cli::{
    columns::aligned,
    error::{CliError, Fault},
    wire::{BulkResults, Instance},
};

/// What became of all, in the order in which they were chosen.
#[derive(Debug, Default, Serialize)]
pub(super) struct Outcomes {
    results: Vec<Outcome>,
}

/// What became of one.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    id: Option<InstanceId>,
    /// As people write it: `alpha/alice`.
    user: String,
    /// What it is doing now; `error` when it was refused.
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    /// Why it was refused, or did not become what it should.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip)]
    broken: bool,
}

impl Outcomes {
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }

    /// Takes in what the server said about some.
    pub fn take(&mut self, asked: &[Instance], told: BulkResults) {
        for result in told.results {
            let whose = asked.iter().find(|instance| instance.id == result.id);
            self.results.push(Outcome {
                user: whose.map(Instance::label).unwrap_or_default(),
                id: result.id,
                status: result.status,
                state: result.state,
                broken: result.error.as_ref().is_some_and(|problem| problem.code == ProblemCode::Internal),
                error: result.error.map(|problem: Problem| problem.detail),
            });
        }
    }

    /// Whether THON is still working on any of them.
    pub fn on_the_way(&self) -> bool {
        self.results.iter().any(Outcome::is_on_the_way)
    }

    /// Takes in how far they are. Who has arrived elsewhere than they should, or is too late, is told with the reason.
    pub fn update(&mut self, instances: &[Instance], done: State, late: bool) {
        for outcome in self.results.iter_mut().filter(|outcome| outcome.is_on_the_way()) {
            let Some(now) = instances.iter().find(|instance| instance.id == outcome.id) else {
                outcome.error = Some("it was deleted meanwhile".to_owned());
                outcome.state = None;
                "deleted".clone_into(&mut outcome.status);
                continue;
            };
            outcome.state = Some(now.state);
            outcome.status = now.state.to_string().to_lowercase();
            let reason = now.failure.as_ref().map(|failure| failure.reason.clone());
            if now.state.is_on_the_way() {
                let state = &outcome.status;
                outcome.error = late.then(|| format!("still {state} when the time was over"));
            } else if now.state != done {
                let state = &outcome.status;
                outcome.error = Some(reason.unwrap_or_else(|| format!("it is {state} now")));
            }
        }
    }

    /// The table.
    pub fn drawn(&self) -> String {
        let head = vec!["PERSON".to_owned(), "OUTCOME".to_owned()];
        let row = |outcome: &Outcome| {
            let word = if outcome.status == "error" { "refused" } else { outcome.status.as_str() };
            vec![outcome.user.clone(), word.to_owned()]
        };
        let rows: Vec<Vec<String>> = [head].into_iter().chain(self.results.iter().map(row)).collect();
        aligned(&rows).join("\n")
    }

    /// Success when all went well, else who did not and why.
    ///
    /// # Errors
    /// When any was refused or has not become what it should.
    pub fn verdict(&self) -> Result<(), CliError> {
        let bad: Vec<&Outcome> = self.results.iter().filter(|outcome| outcome.error.is_some()).collect();
        if bad.is_empty() {
            return Ok(());
        }
        let lines = bad.iter().map(|outcome| format!("{}: {}", outcome.user, outcome.error.as_deref().unwrap_or("")));
        let what = format!(
            "{} of {} did not go well\n  {}",
            bad.len(),
            self.results.len(),
            lines.collect::<Vec<_>>().join("\n  ")
        );
        let mut error = CliError::user(what);
        if bad.iter().any(|outcome| outcome.broken) {
            error.fault = Fault::Ours;
        }
        Err(error)
    }
}

impl Outcome {
    fn is_on_the_way(&self) -> bool {
        self.error.is_none() && self.state.is_some_and(State::is_on_the_way)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(name: &str) -> InstanceId {
        InstanceId::new(uuid::Uuid::from_u128(name.bytes().map(u128::from).sum()))
    }

    fn instance(name: &str, state: &str) -> Instance {
        let user = json!({ "group": "alpha", "username": name });
        let failure = (state == "Failed").then(|| json!({ "code": "image-missing", "reason": "there is no image" }));
        serde_json::from_value(json!({ "id": id(name), "user": user, "state": state, "failure": failure }))
            .expect("one")
    }

    fn outcomes() -> Outcomes {
        let refused = Problem::new(ProblemCode::Conflict, "Cannot pause an instance that is failed.");
        let told = json!({ "results": [
            { "id": id("alice"), "status": "pausing", "state": "Pausing" },
            { "id": id("bob"), "status": "error", "error": refused },
            { "id": id("carol"), "status": "pausing", "state": "Pausing" },
            { "id": id("dora"), "status": "pausing", "state": "Pausing" },
        ] });
        let asked = [
            instance("alice", "Running"),
            instance("bob", "Failed"),
            instance("carol", "Running"),
            instance("dora", "Running"),
        ];
        let mut outcomes = Outcomes::default();
        outcomes.take(&asked, serde_json::from_value(told).expect("results"));
        outcomes
    }

    #[test]
    fn everybody_is_told_about() {
        insta::assert_snapshot!(outcomes().drawn(), @r"
        PERSON       OUTCOME
        alpha/alice  pausing
        alpha/bob    refused
        alpha/carol  pausing
        alpha/dora   pausing
        ");
        let error = outcomes().verdict().expect_err("bob was refused");
        assert_eq!(error.fault, Fault::User);
        assert_eq!(error.to_string(), "1 of 4 did not go well\n  alpha/bob: Cannot pause an instance that is failed.");
    }

    #[test]
    fn who_does_not_arrive_is_told_with_the_reason() {
        let mut followed = outcomes();
        let now = [instance("alice", "Paused"), instance("bob", "Failed"), instance("carol", "Pausing")];
        followed.update(&now, State::Paused, false);
        assert!(followed.on_the_way(), "carol is");
        followed.update(&now, State::Paused, true);
        insta::assert_snapshot!(followed.verdict().expect_err("late"), @r"
        3 of 4 did not go well
          alpha/bob: Cannot pause an instance that is failed.
          alpha/carol: still pausing when the time was over
          alpha/dora: it was deleted meanwhile
        ");
        let mut failed = outcomes();
        failed.update(&[instance("alice", "Failed")], State::Paused, false);
        assert!(failed.verdict().expect_err("bad").to_string().contains("alpha/alice: there is no image"));
    }
}
