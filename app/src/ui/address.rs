//! The address of an editor: what differs, as a link when there is something behind it, and the whole to copy.

use leptos::prelude::*;
use thon_domain::{address::Addresses, slug::Slug};

use super::Copy;

/// The path that opens an editor: a link, never a form (it leads to another origin).
pub fn open_path(slug: &Slug) -> String {
    format!("/open/{slug}")
}

/// An address in a table, whose head has the part that all share.
#[component]
pub fn EditorAddress(
    slug: Slug,
    addresses: Addresses,
    /// The instance's own, once it has one.
    public_port: Option<u16>,
    #[prop(into)] opens: Signal<bool>,
) -> impl IntoView {
    let whole = addresses.editor(&slug, public_port);
    let what = format!("the address of {slug}");
    let href = open_path(&slug);
    let text = slug.to_string();
    let label = format!("{slug}, opens in a new tab");
    view! {
        <span class="copy">
            {move || {
                let (href, text, title, label) = (href.clone(), text.clone(), whole.clone(), label.clone());
                if opens.get() {
                    view! {
                        <a class="quiet mono cut" href=href target="_blank" rel="noopener" title=title aria-label=label>
                            {text}
                        </a>
                    }
                        .into_any()
                } else {
                    view! { <span class="mono cut mute" title=title>{text}</span> }.into_any()
                }
            }}
            <Copy text=addresses.editor(&slug, public_port) what=what />
        </span>
    }
}
