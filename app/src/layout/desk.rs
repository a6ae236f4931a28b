//! The organizers' frame: the side with the ways, the bar with the title, the page.

use leptos::prelude::*;

use super::{
    account::{Me, SignOut},
    mark::{Mark, ThemeSwitch},
};
use crate::{
    live::FleetStore,
    ui::{Icon, LiveBadge, Symbol},
    viewer::Viewer,
};

/// A page of the dashboard.
#[component]
pub fn Desk(viewer: Viewer, store: FleetStore, title: &'static str, children: Children) -> impl IntoView {
    let tally = store.tally(None);
    let running = move || tally.with(|tally| format!("{} of {} running", tally.running, tally.people));
    view! {
        <div class="shell">
            <Side viewer store />
            <div>
                <header class="top">
                    <span class="only-phone"><Mark /></span>
                    <h1 class="cut">{title}</h1>
                    <span class="dim tn hide-s">{running}</span>
                    <LiveBadge link=store.link() />
                    <span class="only-phone end">
                        <ThemeSwitch />
                        <SignOut icon=true />
                    </span>
                </header>
                <main class="page fit" id="main">{children()}</main>
            </div>
        </div>
    }
}

#[component]
fn Side(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let tally = store.tally(None);
    let event = store.event();
    let own = !viewer.users.is_empty();
    view! {
        <nav class="side" aria-label="Main">
            <Mark named=true />
            {move || event.get().map(|event| view! { <p class="event font-semibold any">{event}</p> })}
            <ul class="nav">
                <li>
                    <a href="/instances" aria-current="page" title="Instances">
                        <Icon symbol=Symbol::Instances />
                        <span class="grow">"Instances"</span>
                        <span class="n">{move || tally.get().people}</span>
                    </a>
                </li>
                {own.then(|| view! {
                    <li>
                        <a href="/me" title="My editor">
                            <Icon symbol=Symbol::Open />
                            <span class="grow">"My editor"</span>
                        </a>
                    </li>
                })}
            </ul>
            <Me viewer />
        </nav>
    }
}
