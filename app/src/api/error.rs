//! The error of server functions: the same problem that REST answers with.

use leptos::{
    prelude::*,
    server_fn::{
        ServerFn,
        error::{FromServerFnError, ServerFnErrorErr},
    },
};
use serde::{Deserialize, Serialize};
use thon_domain::problem::{Problem, ProblemCode};

use super::codec::JsonText;

/// Why a server function did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(Box<Problem>);

impl ApiError {
    /// The problem to show.
    pub fn into_problem(self) -> Problem {
        *self.0
    }
}

/// Why an action did not do what was asked the last time, if it did not.
pub fn failure<S>(action: ServerAction<S>) -> Option<Problem>
where
    S: ServerFn<Error = ApiError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    action.value().get()?.err().map(ApiError::into_problem)
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let (code, detail, hint) = match error {
            ServerFnErrorErr::Request(_) => {
                (ProblemCode::Unavailable, "The server did not answer.", "Check the connection, then try again.")
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                (ProblemCode::Invalid, "The server did not understand the form.", "Reload the page, then try again.")
            }
            _ => (ProblemCode::Internal, "Page and server do not understand each other.", "Reload the page."),
        };
        super::answer_with(code.status());
        let mut problem = Problem::new(code, detail);
        problem.hint = Some(hint.to_owned());
        Self(Box::new(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_survives_the_way() {
        let mut problem = Problem::new(ProblemCode::Conflict, "The instance is stopping.");
        problem.request_id = Some("req-1".to_owned());
        let error = ApiError::from(problem);
        assert_eq!(ApiError::de(error.ser()), error);
    }

    #[test]
    fn what_is_no_problem_becomes_one() {
        let problem = ApiError::de("<html>".into()).into_problem();
        assert_eq!(problem.code, ProblemCode::Internal);
    }
}
