//! The keys: what they do is in the document's head script, what they are stands here.

use leptos::prelude::*;

use crate::ui::{Icon, Symbol};

const KEYS: [(&str, &str); 6] = [
    ("/", "Search"),
    ("j k", "Next and previous row"),
    ("x", "Select the row"),
    ("Shift and click", "Select up to here"),
    ("Esc", "Clear the selection"),
    ("?", "Show these keys"),
];

/// The button that shows the keys; `?` presses it.
#[component]
pub fn Keys() -> impl IntoView {
    let line = |(key, words): (&'static str, &'static str)| {
        view! {
            <dt><kbd>{key}</kbd></dt>
            <dd>{words}</dd>
        }
    };
    view! {
        <button type="button" class="btn ic ghost scripted" popovertarget="keys" aria-label="Keys" title="Keys (?)">
            <Icon symbol=Symbol::Keys />
        </button>
        <div id="keys" popover="auto" class="menu keys" role="dialog" aria-label="Keys">
            <dl class="dl">{KEYS.map(line).collect_view()}</dl>
        </div>
    }
}
