//! The mark of THON, which leads to the start page, and the switch of the theme.

use leptos::prelude::*;

use crate::ui::{Icon, Symbol};

/// The mark, with the name beside it where there is room.
#[component]
pub fn Mark(#[prop(optional)] named: bool) -> impl IntoView {
    view! {
        <a class="mark" href="/" aria-label="THON, start page">
            <svg viewBox="0 0 20 20" aria-hidden="true">
                <path d="M10 .8 19.2 10 10 19.2.8 10z" fill="var(--brand)" />
                <path d="M10 5.6 14.4 10 10 14.4 5.6 10z" fill="var(--paper)" />
            </svg>
            {named.then(|| view! { <b>"THON"</b> })}
        </a>
    }
}

/// Switches between light and dark; the document's head script does it and remembers.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    view! {
        <button
            type="button"
            class="btn ic ghost scripted"
            data-switch-theme=""
            aria-label="Switch light and dark"
            title="Switch light and dark"
        >
            <Icon symbol=Symbol::Sun />
        </button>
    }
}
