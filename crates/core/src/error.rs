//! The one error of the use cases. It knows nothing of HTTP; a new kind is added only when a program would act on it.

use thon_domain::{
    problem::{FieldError, Problem, ProblemCode},
    sharing::InnerPortError,
};
use thon_store::StoreError;

use crate::port::{host::HostError, runtime::RuntimeError};

/// What is not available while the database cannot grow: everybody else may wait, here a person has to do something.
const DISK: &str = "The disk of the database";

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("nobody is signed in")]
    Unauthenticated,
    #[error("{what}")]
    Forbidden { what: String },
    #[error("there is no {what}")]
    NotFound { what: String },
    #[error("{what}")]
    Conflict { what: String, hint: String },
    #[error("{what}")]
    Invalid { what: String, fields: Vec<FieldError> },
    #[error("too many tries")]
    TooManyRequests { retry_after_s: u64 },
    #[error("{service} is not available: {reason}")]
    Unavailable { service: &'static str, reason: String },
    #[error("{what}")]
    Unsupported { what: String },
    #[error(transparent)]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    pub fn forbidden(what: impl Into<String>) -> Self {
        Self::Forbidden { what: what.into() }
    }

    pub fn conflict(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Conflict { what: what.into(), hint: hint.into() }
    }

    pub fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }

    /// The error as it leaves THON. What is internal stays inside: the caller logs it.
    pub fn problem(&self) -> Problem {
        let mut problem = Problem::new(self.code(), self.detail());
        problem.hint = self.hint();
        if let Self::Invalid { fields, .. } = self {
            problem.errors.clone_from(fields);
        }
        problem
    }

    const fn code(&self) -> ProblemCode {
        match self {
            Self::Unauthenticated => ProblemCode::Unauthenticated,
            Self::Forbidden { .. } => ProblemCode::Forbidden,
            Self::NotFound { .. } => ProblemCode::NotFound,
            Self::Conflict { .. } => ProblemCode::Conflict,
            Self::Invalid { .. } => ProblemCode::Invalid,
            Self::TooManyRequests { .. } => ProblemCode::TooManyRequests,
            Self::Unavailable { .. } => ProblemCode::Unavailable,
            Self::Unsupported { .. } => ProblemCode::Unsupported,
            Self::Internal(_) => ProblemCode::Internal,
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Internal(_) => "Something inside THON went wrong; its log has the cause.".to_owned(),
            Self::Unavailable { service: DISK, .. } => format!("{DISK} is full, so nothing can be written."),
            Self::Unavailable { service, .. } => format!("{service} does not answer."),
            other => sentence(&other.to_string()),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unauthenticated => Some("Sign in with your link, or at `/sign-in`.".to_owned()),
            Self::Conflict { hint, .. } => Some(hint.clone()),
            Self::TooManyRequests { retry_after_s } => Some(format!("Try again in {retry_after_s} seconds.")),
            Self::Unavailable { service: DISK, .. } => {
                Some("Nothing was lost. Free some space, then try again.".to_owned())
            }
            Self::Unavailable { .. } => Some("Try again in a moment; `thon check` tells what is missing.".to_owned()),
            Self::Internal(_) => Some("Tell the organizers the request id.".to_owned()),
            _ => None,
        }
    }
}

/// The text as a sentence: capital first, full stop last.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

impl From<InnerPortError> for Error {
    fn from(error: InnerPortError) -> Self {
        let fields = vec![FieldError { field: "port".to_owned(), message: error.to_string() }];
        Self::Invalid { what: "this port cannot be shared".to_owned(), fields }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::Unavailable { service: "The database", reason: error.to_string() },
            StoreError::Full(reason) => Self::Unavailable { service: DISK, reason },
            StoreError::Conflict(what) => Self::conflict(what.to_string(), "Look at what is there, then try again."),
            other => Self::internal(other),
        }
    }
}

impl From<HostError> for Error {
    fn from(error: HostError) -> Self {
        Self::Unavailable { service: "What measures the machine", reason: error.reason }
    }
}

impl From<RuntimeError> for Error {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::Unavailable { reason } => Self::Unavailable { service: "The sandbox runtime", reason },
            RuntimeError::Rejected { reason, .. } => Self::conflict(reason, "Mend the cause, then launch again."),
            RuntimeError::NotFound(_) => Self::not_found("such sandbox"),
        }
    }
}
