//! What became of many instances, as one answer: those that were done, or a problem that names the others.

use thon_core::{
    actor::Actor,
    error::Error,
    fleet::{Fleet, Operation, Outcome},
};
use thon_domain::{
    id::{InstanceId, JobId},
    problem::{FieldError, Problem},
};

use super::{ApiError, log, refused};

/// How many refusals are told of: more are not read, and a plain form carries them in a URL.
const TOLD: usize = 20;

/// Asks the same of these instances; the answer is which were asked, and the job of it. One alone makes no job.
///
/// # Errors
/// The refusal when one alone was asked; else a problem that names each instance that was refused.
pub async fn change(
    fleet: &Fleet,
    actor: &Actor,
    ids: Vec<InstanceId>,
    operation: Operation,
) -> Result<(Vec<InstanceId>, Option<JobId>), ApiError> {
    match ids[..] {
        [] => Err(nothing_chosen().into()),
        [one] => Ok((vec![fleet.change(actor, one, operation).await?.id], None)),
        _ => {
            let many = fleet.change_all(actor, ids, operation).await?;
            Ok((all_done(fleet, actor, many.each).await?, many.job))
        }
    }
}

/// The instances of all outcomes, if every one was done.
async fn all_done(fleet: &Fleet, actor: &Actor, outcomes: Vec<Outcome>) -> Result<Vec<InstanceId>, ApiError> {
    let asked = outcomes.len();
    let (mut done, mut refusals) = (Vec::new(), Vec::new());
    for Outcome { id, result } in outcomes {
        match result {
            Ok(_) => done.push(id),
            Err(error) => {
                log(&error);
                refusals.push((id, error));
            }
        }
    }
    match refusals.first() {
        None => Ok(done),
        Some((_, first)) => Err(told(fleet, actor, (first.problem(), asked), &refusals).await),
    }
}

fn nothing_chosen() -> Error {
    let fields = vec![FieldError { field: "ids".to_owned(), message: "choose at least one instance".to_owned() }];
    Error::Invalid { what: "nothing is chosen".to_owned(), fields }
}

async fn told(
    fleet: &Fleet,
    actor: &Actor,
    (first, asked): (Problem, usize),
    refusals: &[(InstanceId, Error)],
) -> ApiError {
    let mut problem = Problem::new(first.code, format!("Refused for {} of {asked}.", refusals.len()));
    problem.hint = first.hint;
    for (id, error) in refusals.iter().take(TOLD) {
        let owned = fleet.instance(actor, *id).await;
        let field = owned.map_or_else(|_| id.to_string(), |owned| format!("{}/{}", owned.group.name, owned.user.name));
        problem.errors.push(FieldError { field, message: error.problem().detail });
    }
    let untold = refusals.len().saturating_sub(TOLD);
    if untold > 0 {
        problem.errors.push(FieldError { field: "and".to_owned(), message: format!("{untold} more") });
    }
    refused(problem)
}
