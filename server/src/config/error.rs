//! What is wrong with a configuration: all of it, each mistake with its place and what to do.

use std::fmt;

use camino::{Utf8Path, Utf8PathBuf};
use miette::{GraphicalReportHandler, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use thon_core::yaml::Position;

use super::Origin;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub origin: Origin,
    /// What is wrong, without its place.
    pub message: String,
    pub hint: Option<String>,
}

/// All mistakes of a configuration.
#[derive(Clone, Debug, thiserror::Error)]
pub struct ConfigError {
    pub mistakes: Vec<Mistake>,
    /// The file and its text without secrets, to show the lines at fault.
    source_text: Option<(Utf8PathBuf, String)>,
}

impl Mistake {
    pub(super) fn new(origin: Origin, message: impl Into<String>) -> Self {
        Self { origin, message: message.into(), hint: None }
    }

    pub(super) fn at(path: &Utf8Path, at: Position, message: impl Into<String>) -> Self {
        Self::new(Origin::File { path: path.to_owned(), at }, message)
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl From<Mistake> for ConfigError {
    fn from(mistake: Mistake) -> Self {
        Self::without_file(vec![mistake])
    }
}

impl ConfigError {
    /// All mistakes in the order of the file; the text must be without its secrets.
    pub(super) fn in_file(mut mistakes: Vec<Mistake>, path: &Utf8Path, redacted: String) -> Self {
        mistakes.sort_by_key(Mistake::position);
        Self { mistakes, source_text: Some((path.to_owned(), redacted)) }
    }

    pub(super) const fn without_file(mistakes: Vec<Mistake>) -> Self {
        Self { mistakes, source_text: None }
    }

    /// The mistakes with the lines at fault drawn under them, for a terminal.
    pub fn drawn(&self, handler: &GraphicalReportHandler) -> String {
        self.mistakes.iter().fold(String::new(), |mut drawn, mistake| {
            let report = self.report(mistake);
            if handler.render_report(&mut drawn, report.as_ref()).is_err() {
                drawn.push_str(&mistake.to_string());
            }
            drawn
        })
    }

    fn report(&self, mistake: &Mistake) -> Report {
        let mut diagnostic = MietteDiagnostic::new(mistake.message.clone());
        diagnostic.help.clone_from(&mistake.hint);
        match (&self.source_text, mistake.position()) {
            (Some((path, text)), Some(at)) if at.line > 0 => {
                let label = LabeledSpan::underline((at.offset.min(text.len()), at.length.max(1)));
                Report::from(diagnostic.with_label(label)).with_source_code(NamedSource::new(path, text.clone()))
            }
            _ => {
                diagnostic.message = format!("{}{}", mistake.place(), mistake.message);
                Report::from(diagnostic)
            }
        }
    }
}

impl Mistake {
    fn position(&self) -> Option<Position> {
        if let Origin::File { at, .. } = self.origin { Some(at) } else { None }
    }

    /// `file:line:column: ` or `NAME: `, as editors and people read it.
    fn place(&self) -> String {
        match &self.origin {
            Origin::Default => String::new(),
            Origin::Database(_) => "database: ".to_owned(),
            Origin::EnvFile { name, path, at } => format!("{path}:{}: {name}: ", at.line),
            Origin::Environment(name) | Origin::Flag(name) => format!("{name}: "),
            Origin::File { path, at } if at.line == 0 => format!("{path}: "),
            Origin::File { path, at } => format!("{path}:{}:{}: ", at.line, at.column),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place(), self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, mistake) in self.mistakes.iter().enumerate() {
            let separator = if nth == 0 { "" } else { "\n" };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}
