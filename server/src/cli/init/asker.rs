//! Who is asked: the person at the terminal, or nobody, when the proposals are taken.

use inquire::{Confirm, InquireError, Select, Text};

use crate::cli::error::CliError;

/// Answers questions. Every question comes with a proposal.
pub(super) trait Asker {
    /// Yes or no.
    fn confirm(&mut self, question: &str, proposal: bool) -> Result<bool, CliError>;

    /// One of several, by its place among them.
    fn choose(&mut self, question: &str, choices: &[&str], proposal: usize) -> Result<usize, CliError>;

    /// A text that passes the check, which says what is wrong with others.
    fn text(&mut self, question: &str, proposal: &str, check: Check<'_>) -> Result<String, CliError>;
}

/// Says what is wrong with a text.
pub(super) type Check<'c> = &'c dyn Fn(&str) -> Result<(), String>;

/// The person at the terminal.
pub(super) struct Terminal;

/// Nobody: the proposals are taken.
pub(super) struct Unattended;

impl Asker for Terminal {
    fn confirm(&mut self, question: &str, proposal: bool) -> Result<bool, CliError> {
        Confirm::new(question).with_default(proposal).prompt().map_err(|error| stopped(&error))
    }

    fn choose(&mut self, question: &str, choices: &[&str], proposal: usize) -> Result<usize, CliError> {
        let asked = Select::new(question, choices.to_vec()).with_starting_cursor(proposal).without_filtering();
        Ok(asked.raw_prompt().map_err(|error| stopped(&error))?.index)
    }

    fn text(&mut self, question: &str, proposal: &str, check: Check<'_>) -> Result<String, CliError> {
        let mut help = None;
        loop {
            let mut asked = Text::new(question).with_default(proposal);
            asked.help_message = help.as_deref();
            let answer = asked.prompt().map_err(|error| stopped(&error))?.trim().to_owned();
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(wrong) => help = Some(wrong),
            }
        }
    }
}

impl Asker for Unattended {
    fn confirm(&mut self, _: &str, proposal: bool) -> Result<bool, CliError> {
        Ok(proposal)
    }

    fn choose(&mut self, _: &str, _: &[&str], proposal: usize) -> Result<usize, CliError> {
        Ok(proposal)
    }

    fn text(&mut self, question: &str, proposal: &str, check: Check<'_>) -> Result<String, CliError> {
        match check(proposal) {
            Ok(()) => Ok(proposal.to_owned()),
            Err(wrong) => Err(CliError::user(format!("nobody was asked \"{question}\": {wrong}"))
                .with_hint("`thon init --help` has a flag for each question")),
        }
    }
}

fn stopped(error: &InquireError) -> CliError {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            CliError::user("stopped: nothing is written")
        }
        other => CliError::user(format!("cannot ask: {other}")),
    }
}
