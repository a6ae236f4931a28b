//! Why a command failed: what, why, what to do, and whose fault it is.

use std::{fmt, process::ExitCode};

use thon_domain::problem::{Problem, ProblemCode};

use crate::config::ConfigError;

/// Whose fault it is, told by the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Something asked for cannot be: a mistake in a file, a name that is not there, a machine without Docker.
    User,
    /// THON itself is broken.
    Ours,
}

impl Fault {
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::User => ExitCode::from(1),
            Self::Ours => ExitCode::from(2),
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(super) struct CliError {
    pub fault: Fault,
    pub what: What,
    pub hints: Vec<String>,
}

/// What went wrong.
#[derive(Debug)]
pub(super) enum What {
    /// In words, several lines when there are several things.
    Words(String),
    /// Mistakes in the configuration, which are drawn with their lines on a terminal.
    Config(Box<ConfigError>),
}

impl CliError {
    pub fn user(words: impl Into<String>) -> Self {
        Self { fault: Fault::User, what: What::Words(words.into()), hints: Vec::new() }
    }

    pub fn ours(words: impl Into<String>) -> Self {
        Self { fault: Fault::Ours, ..Self::user(words) }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// In plain words, for whoever is not at this terminal.
impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Words(words) => f.write_str(words)?,
            What::Config(error) => write!(f, "{error}")?,
        }
        self.hints.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self { fault: Fault::User, what: What::Config(Box::new(error)), hints: Vec::new() }
    }
}

impl From<Problem> for CliError {
    fn from(problem: Problem) -> Self {
        let fields = problem.errors.iter().map(|error| format!("\n  {}: {}", error.field, error.message));
        let mut error = Self::user(problem.detail + &fields.collect::<String>());
        error.hints.extend(problem.hint);
        if problem.code == ProblemCode::Internal {
            error.fault = Fault::Ours;
            error.hints.extend(problem.request_id.map(|id| format!("the server's log has it under request id {id}")));
        }
        error
    }
}
