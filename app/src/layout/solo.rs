//! The frame of everybody else: one column, the mark above, nothing to get lost in.

use leptos::prelude::*;

use super::mark::{Mark, ThemeSwitch};

/// A page of its own.
#[component]
pub fn Solo(
    /// What stands at the right end of the head, before the theme.
    #[prop(optional)]
    aside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="solo">
            <header>
                <Mark named=true />
                <span class="end row">{aside} <ThemeSwitch /></span>
            </header>
            <main class="contents" id="main">{children()}</main>
            <footer>{concat!("THON ", env!("CARGO_PKG_VERSION"))}</footer>
        </div>
    }
}
