//! Where it is shown: a table that is drawn anew on a terminal, a line for each change elsewhere.

use std::io::{self, Write as _};

use console::{Term, truncate_str};
use thon_domain::{
    instance::State,
    live::{FleetView, QueuePlaces},
};

use super::roster::{Row, changes, rows, summary, table};

/// The lines of a terminal that are not the table's rows: its head, what does not fit, the state of the stream, the cursor's.
const FRAME: usize = 4;

/// What is shown, and where.
pub(super) struct Screen {
    group: Option<String>,
    rows: Vec<Row>,
    /// Why what is shown may be old.
    stale: Option<String>,
    has_shown: bool,
    output: Output,
}

enum Output {
    Terminal { term: Term, colored: bool, drawn: usize },
    Lines,
}

impl Screen {
    pub fn new(group: Option<String>, colored: bool) -> Self {
        let term = Term::buffered_stdout();
        let output = if term.is_term() { Output::Terminal { term, colored, drawn: 0 } } else { Output::Lines };
        Self { group, rows: Vec::new(), stale: None, has_shown: false, output }
    }

    /// Whether there was ever anything to show.
    pub const fn has_shown(&self) -> bool {
        self.has_shown
    }

    /// Shows how everybody is now.
    ///
    /// # Errors
    /// When nobody reads it.
    pub fn show(&mut self, view: &FleetView, queue: &QueuePlaces) -> io::Result<()> {
        let rows = rows(view, queue, self.group.as_deref());
        let came_back = self.stale.take().is_some();
        if self.has_shown && !came_back && rows == self.rows {
            return Ok(());
        }
        self.has_shown = true;
        let before = std::mem::replace(&mut self.rows, rows);
        match &self.output {
            Output::Terminal { .. } => self.draw(),
            Output::Lines => {
                if came_back {
                    told_aside("live again");
                }
                written(&changes(&before, &self.rows))
            }
        }
    }

    /// Says that what is shown may be old, and why.
    ///
    /// # Errors
    /// When nobody reads it.
    pub fn stale(&mut self, why: &str) -> io::Result<()> {
        let first = self.stale.replace(why.to_owned()).is_none();
        match &self.output {
            Output::Terminal { .. } => self.draw(),
            Output::Lines => {
                if first {
                    told_aside(&format!("stale: {why}; trying again"));
                }
                Ok(())
            }
        }
    }

    /// Leaves the terminal as it was, with the last table on it.
    pub fn leave(&self) {
        if let Output::Terminal { term, .. } = &self.output {
            // A terminal that is gone needs no cursor.
            let _ = term.show_cursor().and_then(|()| term.flush());
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        let Output::Terminal { term, colored, drawn } = &mut self.output else { return Ok(()) };
        let (height, width) = term.size();
        let room = usize::from(height).saturating_sub(FRAME).max(1);
        let mut lines = table(&self.rows);
        let hidden = self.rows.len().saturating_sub(room);
        lines.truncate(self.rows.len() - hidden + 1);
        if *colored {
            for (line, row) in lines.iter_mut().skip(1).zip(&self.rows) {
                *line = painted(line, row.state);
            }
        }
        if hidden > 0 {
            lines.push(format!("… and {hidden} more; `thon watch --group GROUP` shows one group"));
        }
        lines.push(match &self.stale {
            Some(why) => paint(&format!("stale: {why}; trying again"), "31", *colored),
            None => format!("live  {}", summary(&self.rows)),
        });
        term.hide_cursor()?;
        term.clear_last_lines(*drawn)?;
        *drawn = lines.len();
        for line in lines {
            term.write_line(&truncate_str(&line, usize::from(width), "…"))?;
        }
        term.flush()
    }
}

/// A line with its state in colour. The word stays: nobody has to see the colour.
fn painted(line: &str, state: State) -> String {
    let code = match state {
        State::Running => "32",
        State::Failed => "31",
        State::Pending | State::Pausing | State::Resuming | State::Stopping => "33",
        State::Paused | State::Terminated => "36",
    };
    let word = state.to_string();
    line.replacen(&format!("  {word}"), &format!("  {}", paint(&word, code, true)), 1)
}

fn paint(text: &str, code: &str, colored: bool) -> String {
    if colored { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

fn written(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// What is no data: on standard error, where nobody has to read it.
fn told_aside(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_state_is_painted() {
        let line = "alpha/Running  Running  2026-11-24 10:00 UTC";
        assert_eq!(painted(line, State::Running), "alpha/Running  \x1b[32mRunning\x1b[0m  2026-11-24 10:00 UTC");
        assert_eq!(paint("x", "31", false), "x");
    }
}
