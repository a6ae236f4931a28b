//! What the server hands to server functions through the Leptos context. The only module that the browser has no part of.

use http::{Method, StatusCode, header::ACCEPT, request::Parts};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use thon_core::{accounts::Accounts, actor::Actor, error::Error, fleet::Fleet};
use thon_domain::problem::{Problem, ProblemCode};

use super::error::ApiError;

/// Names the request in the server's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Who is signed in, if anybody is.
pub fn visitor() -> Option<Actor> {
    use_context::<Option<Actor>>().flatten()
}

/// Who acts.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn actor() -> Result<Actor, ApiError> {
    visitor().ok_or_else(|| Error::Unauthenticated.into())
}

/// The use cases of instances.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn fleet() -> Result<Fleet, ApiError> {
    provided()
}

/// The use cases of signing in.
///
/// # Errors
/// `Internal` when the server gave none.
pub fn accounts() -> Result<Accounts, ApiError> {
    provided()
}

fn provided<T: Clone + 'static>() -> Result<T, ApiError> {
    use_context::<T>().ok_or_else(|| {
        tracing::error!(missing = std::any::type_name::<T>(), "the server rendered a page without its context");
        refused(Problem::new(ProblemCode::Internal, "This page was put together without a part that it needs."))
    })
}

/// Sends a plain form on to `path`. A hydrated page stays where it is.
pub fn lead_form_to(path: &str) {
    if answers_a_form() {
        leptos_axum::redirect(path);
    }
}

/// Sets the status of the answer, unless it sends a plain form back to its page.
pub fn set_status(status: u16) {
    if answers_a_form() {
        return;
    }
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

fn answers_a_form() -> bool {
    use_context::<Parts>().is_some_and(|request| {
        let accepts = request.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        request.method == Method::POST && accepts.is_some_and(|types| types.contains("text/html"))
    })
}

fn refused(mut problem: Problem) -> ApiError {
    problem.request_id = use_context::<RequestId>().map(|id| id.0);
    set_status(problem.status);
    ApiError::from(problem)
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        if matches!(error, Error::Internal(_)) {
            let request_id = use_context::<RequestId>().map(|id| id.0);
            tracing::error!(request_id, error = &error as &dyn std::error::Error, "a server function failed");
        }
        refused(error.problem())
    }
}
