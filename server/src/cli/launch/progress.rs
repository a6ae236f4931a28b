//! One line per person while the sandboxes start: redrawn on a terminal, one after the other elsewhere.

use std::{collections::HashMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use thon_domain::instance::State;

use crate::cli::{printer::Printer, wire::Instance};

/// How often a line on a terminal moves, to show that it is alive.
const TICK: Duration = Duration::from_millis(120);

/// The lines so far.
pub(super) struct Progress<'a> {
    printer: &'a Printer,
    bars: MultiProgress,
    lines: HashMap<String, Line>,
}

struct Line {
    state: State,
    /// Its place in the queue, as far as it is shown: only where lines are redrawn.
    place: Option<u32>,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    pub fn new(printer: &'a Printer) -> Self {
        Self { printer, bars: MultiProgress::new(), lines: HashMap::new() }
    }

    /// Shows what has changed.
    pub fn show(&mut self, instances: &[Instance]) {
        for instance in instances {
            let label = instance.label();
            let place = instance.queue_position.filter(|_| self.redraws());
            let known = self.lines.get(&label).map(|line| (line.state, line.place));
            if known == Some((instance.state, place)) {
                continue;
            }
            // Who was there before is in the table at the end; only who is on the way gets a line.
            if known.is_none() && !instance.state.is_on_the_way() {
                continue;
            }
            let bar = self.lines.remove(&label).and_then(|line| line.bar).or_else(|| self.bar());
            self.draw(bar.as_ref(), &format!("{label}: {}", words(instance, place)), instance.state);
            self.lines.insert(label, Line { state: instance.state, place, bar });
        }
    }

    /// Leaves the lines as they are.
    pub fn finish(self) {
        for bar in self.lines.into_values().filter_map(|line| line.bar) {
            bar.abandon();
        }
    }

    /// Whether a line shows the latest; elsewhere every word stays, so few are said.
    fn redraws(&self) -> bool {
        self.printer.on_terminal && self.printer.shows_progress()
    }

    fn bar(&self) -> Option<ProgressBar> {
        if !self.redraws() {
            return None;
        }
        let bar = self.bars.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Some(bar)
    }

    fn draw(&self, bar: Option<&ProgressBar>, text: &str, state: State) {
        match bar {
            Some(bar) if state.is_on_the_way() => bar.set_message(text.to_owned()),
            Some(bar) => bar.abandon_with_message(text.to_owned()),
            None => self.printer.note(text),
        }
    }
}

/// The state as people say it.
fn words(instance: &Instance, place: Option<u32>) -> String {
    let reason = instance.failure.as_ref().map(|failure| failure.reason.as_str());
    if let (State::Pending, Some(place)) = (instance.state, place) {
        return format!("waits for its turn: number {place} in the queue");
    }
    match (instance.state, reason) {
        (State::Pending, None) => "starting".to_owned(),
        (State::Pending, Some(reason)) => format!("trying again: {reason}"),
        (State::Running, _) => "running".to_owned(),
        (State::Pausing, _) => "pausing".to_owned(),
        (State::Paused, _) => "paused".to_owned(),
        (State::Resuming, _) => "resuming".to_owned(),
        (State::Stopping, _) => "stopping".to_owned(),
        (State::Terminated, _) => "terminated".to_owned(),
        (State::Failed, reason) => format!("failed: {}", reason.unwrap_or("no reason given")),
    }
}
