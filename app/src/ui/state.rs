//! The state of an instance: always an icon and a word, never colour alone.

use leptos::prelude::*;
use thon_domain::instance::State;

use super::Symbol;

/// How a state is shown; without an instance there is one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateWords {
    /// What the styles know it by.
    pub key: &'static str,
    pub word: &'static str,
    pub symbol: Symbol,
}

impl StateWords {
    /// The words for a state.
    pub const fn of(state: Option<State>) -> Self {
        let (key, word, symbol) = match state {
            None => ("none", "Not started", Symbol::StateNone),
            Some(State::Pending) => ("pending", "Pending", Symbol::StatePending),
            Some(State::Running) => ("running", "Running", Symbol::StateRunning),
            Some(State::Pausing) => ("pausing", "Pausing", Symbol::StatePausing),
            Some(State::Paused) => ("paused", "Paused", Symbol::StatePaused),
            Some(State::Resuming) => ("resuming", "Resuming", Symbol::StateResuming),
            Some(State::Stopping) => ("stopping", "Stopping", Symbol::StateStopping),
            Some(State::Terminated) => ("terminated", "Terminated", Symbol::StateTerminated),
            Some(State::Failed) => ("failed", "Failed", Symbol::StateFailed),
        };
        Self { key, word, symbol }
    }

    /// The words for every state, in the order of the chips, at last for those without an instance.
    pub fn all() -> impl Iterator<Item = Self> {
        use State::{Failed, Paused, Pausing, Pending, Resuming, Running, Stopping, Terminated};
        let states = [Running, Paused, Pending, Resuming, Pausing, Stopping, Failed, Terminated].map(Some);
        states.into_iter().chain([None]).map(Self::of)
    }
}

/// The icon and the word. They change in place.
#[component]
pub fn StateMark(
    state: Memo<Option<State>>,
    /// Whether it stands on a ground of its own.
    #[prop(optional)]
    pill: bool,
) -> impl IntoView {
    let words = move || StateWords::of(state.get());
    view! {
        <span class="st" class:pill=pill data-s=move || words().key>
            <svg class="i" aria-hidden="true">
                <use href=move || words().symbol.href() />
            </svg>
            {move || words().word}
        </span>
    }
}
