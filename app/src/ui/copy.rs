//! The button that copies. The document's head script does it, so that it works before hydration.

use leptos::prelude::*;

use super::{Icon, Symbol};

/// Copies a text.
#[component]
pub fn Copy(
    #[prop(into)] text: String,
    /// What is copied, for example `the address of alice`.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let label = format!("Copy {what}");
    view! {
        <button type="button" class="btn ic ghost sm scripted" data-copy=text aria-label=label.clone() title=label>
            <Icon symbol=Symbol::Copy />
        </button>
    }
}
