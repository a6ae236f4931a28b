//! Questions to whoever sits at the terminal. Without one nothing is done that was to be asked about.

use std::io::{self, IsTerminal as _};

use super::{Context, error::CliError};

/// Asks; "no" when they just press Enter. `otherwise` says what is so after a no.
///
/// # Errors
/// When there is nobody to ask.
pub(super) fn confirmed(context: &Context, question: &str, otherwise: &str) -> Result<bool, CliError> {
    let answer = asked(context, &format!("{question} [y/N]"), otherwise)?;
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

/// Asks for a word to be typed, where much would be gone.
///
/// # Errors
/// When there is nobody to ask.
pub(super) fn typed(context: &Context, word: &str, otherwise: &str) -> Result<bool, CliError> {
    Ok(asked(context, &format!("type `{word}` to go on"), otherwise)? == word)
}

fn asked(context: &Context, question: &str, otherwise: &str) -> Result<String, CliError> {
    if !io::stdin().is_terminal() {
        let error = CliError::user(format!("{otherwise}: there is nobody to ask"));
        return Err(error.with_hint("add --yes to do it without asking"));
    }
    context.printer.question(question);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| CliError::user(format!("cannot read the answer: {error}")))?;
    Ok(answer.trim().to_owned())
}
