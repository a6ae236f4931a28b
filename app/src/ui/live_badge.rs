//! Says whether what is shown is still so.

use leptos::prelude::*;

use super::{Icon, Symbol};
use crate::live::Link;

/// `Live`, or `Stale since …`. Without JavaScript it says that the page does not change by itself.
#[component]
pub fn LiveBadge(link: RwSignal<Link>) -> impl IntoView {
    let badge = move || match link.get() {
        Link::Still => {
            view! { <noscript inner_html=r#"<span class="live still">as of loading this page</span>"# /> }.into_any()
        }
        Link::Live => view! {
            <span class="live" title="Rows change by themselves">
                <Icon symbol=Symbol::Live />
                "Live"
            </span>
        }
        .into_any(),
        Link::Stale { since } => view! {
            <span class="live stale" title="Your buttons still work">
                <Icon symbol=Symbol::Stale />
                <span>"Stale" <span class="hide-s">{format!(" since {since}, reconnecting")}</span></span>
            </span>
        }
        .into_any(),
    };
    view! { <span role="status" class="row">{badge}</span> }
}
