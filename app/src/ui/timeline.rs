//! A list of what happened, the newest first.

use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

use super::{Icon, Symbol};

/// One thing that happened, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub number: i64,
    pub at: DateTime<Utc>,
    /// What the styles know the state by.
    pub key: &'static str,
    pub symbol: Symbol,
    pub word: String,
    /// Whom or what it is about, where that is not clear.
    pub whom: Option<String>,
    pub more: String,
}

/// The entries, with how long ago each was.
#[component]
pub fn Timeline(
    entries: Memo<Vec<Entry>>,
    /// How long ago a moment is, in words.
    ago: fn(DateTime<Utc>, DateTime<Utc>) -> String,
    now: Signal<DateTime<Utc>>,
) -> impl IntoView {
    let line = move |entry: Entry| {
        let Entry { at, key, symbol, word, whom, more, .. } = entry;
        view! {
            <li data-s=key>
                <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)>{move || ago(at, now.get())}</time>
                <Icon symbol />
                <div>
                    <p class="said any">
                        {whom.map(|whom| view! { <b>{whom}</b> " " })}
                        <span class="word">{word}</span>
                    </p>
                    <p>{more}</p>
                </div>
            </li>
        }
    };
    view! {
        <ol class="time">
            <For each=move || entries.get() key=|entry| entry.number children=line />
        </ol>
    }
}
