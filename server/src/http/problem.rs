//! Errors on their way out: one shape, one status, and the cause in the log instead of the answer.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use thon_core::error::Error;
use thon_domain::problem::{Problem, ProblemCode};

use super::router::MAX_BODY;

/// An error as an HTTP answer.
#[derive(Debug)]
pub struct Failed(Box<Problem>);

impl Failed {
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, detail)))
    }

    /// A body that is larger than is ever needed.
    pub fn too_large() -> Self {
        let detail = format!("The body is larger than {} MiB.", MAX_BODY >> 20);
        Self::new(ProblemCode::Invalid, detail).with_status(StatusCode::PAYLOAD_TOO_LARGE)
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Says it with a status that HTTP has for just this case. The code stays one of the closed list.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status.as_u16();
        self
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        log(&error);
        Self(Box::new(error.problem()))
    }
}

/// Writes down what the caller is not told. The one place where an error is logged.
pub fn log(error: &Error) {
    match error {
        Error::Internal(cause) => tracing::error!(error = %cause, "request failed"),
        Error::Unavailable { service, reason } => tracing::warn!(service, reason, "request failed"),
        _ => {}
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self.0)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response.extensions_mut().insert(*self.0);
        response
    }
}
