//! What people get to see: data on standard output, everything else on standard error.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use miette::{GraphicalReportHandler, GraphicalTheme};
use serde::Serialize;

use super::{
    args::Global,
    error::{CliError, What},
};

/// Writes to the terminal, or to whatever stands in its place.
pub(super) struct Printer {
    stdout: io::Stdout,
    stderr: io::Stderr,
    loudness: Loudness,
    /// Whether standard error is a terminal, so that lines may be redrawn.
    pub on_terminal: bool,
    colored: bool,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Loudness {
    Quiet,
    Normal,
    Verbose,
}

impl From<&Global> for Loudness {
    fn from(global: &Global) -> Self {
        match (global.quiet, global.verbose) {
            (true, _) => Self::Quiet,
            (false, false) => Self::Normal,
            (false, true) => Self::Verbose,
        }
    }
}

impl Printer {
    pub fn new(global: &Global, no_color: bool) -> Self {
        let on_terminal = io::stderr().is_terminal();
        Self {
            stdout: io::stdout(),
            stderr: io::stderr(),
            loudness: Loudness::from(global),
            on_terminal,
            colored: on_terminal && !no_color,
        }
    }

    /// What was asked for.
    pub fn data(&self, text: impl Display) {
        write_line(&mut self.stdout.lock(), text);
    }

    /// What was asked for, as one JSON document.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json(&self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value).map_err(|error| CliError::ours(error.to_string()))?;
        self.data(text);
        Ok(())
    }

    /// What happens meanwhile.
    pub fn note(&self, text: impl Display) {
        if self.loudness > Loudness::Quiet {
            write_line(&mut self.stderr.lock(), text);
        }
    }

    /// What to know before it happens; said even when asked to be quiet.
    pub fn warning(&self, text: impl Display) {
        write_line(&mut self.stderr.lock(), format_args!("{} {text}", self.styled("warning:", YELLOW)));
    }

    /// What is asked at the terminal, whose answer is waited for.
    pub fn question(&self, text: impl Display) {
        write_line(&mut self.stderr.lock(), text);
    }

    /// What happens meanwhile, for those who want to know more.
    pub fn detail(&self, text: impl Display) {
        if self.loudness == Loudness::Verbose {
            self.note(text);
        }
    }

    /// What to do next.
    pub fn hint(&self, text: impl Display) {
        self.note(format_args!("{} {text}", self.styled("hint:", CYAN)));
    }

    /// Why it failed; said even when asked to be quiet.
    pub fn error(&self, error: &CliError) {
        let mut out = self.stderr.lock();
        match &error.what {
            What::Config(config) if self.on_terminal => write_line(&mut out, config.drawn(&self.drawing()).trim_end()),
            What::Config(config) => write_line(&mut out, config),
            What::Words(words) => write_line(&mut out, format_args!("{} {words}", self.styled("error:", RED))),
        }
        for hint in &error.hints {
            write_line(&mut out, format_args!("{} {hint}", self.styled("hint:", CYAN)));
        }
    }

    /// Whether progress may be shown.
    pub fn shows_progress(&self) -> bool {
        self.loudness > Loudness::Quiet
    }

    fn drawing(&self) -> GraphicalReportHandler {
        let theme = if self.colored { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        GraphicalReportHandler::new_themed(theme)
    }

    fn styled(&self, text: &str, style: &str) -> String {
        if self.colored { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

const RED: &str = "1;31";
const CYAN: &str = "36";
const YELLOW: &str = "33";

/// A reader that has gone (`thon … | head`) is not our failure.
fn write_line(out: &mut impl Write, text: impl Display) {
    let _ = writeln!(out, "{text}");
}
