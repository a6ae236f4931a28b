//! The event that the pages show, and the way to another where there are several.

use leptos::prelude::*;
use thon_domain::{
    event::{Event, EventSize},
    id::EventId,
};

use crate::{
    live::FleetStore,
    ui::{Icon, Symbol},
    words,
};

/// Where the choice is made, by plain forms: it changes what every page shows.
pub const CHOOSE: &str = "/sfn/choose_event";

/// The event, at the head of the side.
#[component]
pub fn Switcher(store: FleetStore) -> impl IntoView {
    let several = several(store);
    move || {
        if several.get() { view! { <Several store /> }.into_any() } else { view! { <Only store /> }.into_any() }
    }
}

/// As [`Switcher`], above a page that has no room for a side. Where there is one event only it tells nothing that the page does not.
#[component]
pub fn NarrowSwitcher(store: FleetStore) -> impl IntoView {
    let several = several(store);
    view! {
        <Show when=move || several.get()>
            <nav class="narrow" aria-label="Event">
                <Several store />
            </nav>
        </Show>
    }
}

fn several(store: FleetStore) -> Memo<bool> {
    let events = store.events();
    Memo::new(move |_| events.with(|events| events.len() > 1))
}

/// The event where there is one: nothing to choose, a way to its page.
#[component]
fn Only(store: FleetStore) -> impl IntoView {
    let events = store.events();
    let size = store.size(None);
    move || {
        let (id, name) = events.with(|events| events.first().cloned())?;
        let told = move || told(size.get());
        Some(view! {
            <a class="evsw" href=format!("/events/{id}")>
                <b class="cut" title=name.clone()>{name.clone()}</b>
                <span class="xs dim cut tn">{told}</span>
            </a>
        })
    }
}

#[component]
fn Several(store: FleetStore) -> impl IntoView {
    let events = store.events();
    let chosen = store.chosen();
    let id = Memo::new(move |_| chosen.with(|event| event.as_ref().map(|event| event.id)));
    let name = move || chosen.with(|event| event.as_ref().map_or_else(|| "All events".to_owned(), named));
    let size = Memo::new(move |_| store.size(id.get()).get());
    view! {
        <details class="evsw">
            <summary>
                <span class="grow">
                    <b class="cut" title=name>{name}</b>
                    <span class="xs dim cut tn">{move || told(size.get())} <span class="sr">", switch event"</span></span>
                </span>
                <Icon symbol=Symbol::Sort />
            </summary>
            <form method="post" action=CHOOSE>
                <ul>
                    <li><Choice store chosen=id event=None name="All events".to_owned() /></li>
                    <For each=move || events.get() key=Clone::clone let:event>
                        <li><Choice store chosen=id event=Some(event.0) name=event.1 /></li>
                    </For>
                </ul>
            </form>
            <a class="link sm" href="/events">"Manage events"</a>
        </details>
    }
}

/// One of those that may be chosen. Without an event, the form asks for all.
#[component]
fn Choice(store: FleetStore, chosen: Memo<Option<EventId>>, event: Option<EventId>, name: String) -> impl IntoView {
    let size = store.size(event);
    view! {
        <button
            name=event.map(|_| "event")
            value=event.map(|event| event.to_string())
            aria-current=move || (chosen.get() == event).then_some("true")
        >
            <span class="any">{name}</span>
            <span class="xs dim tn">{move || told(size.get())}</span>
        </button>
    }
}

fn named(event: &Event) -> String {
    event.name().to_owned()
}

/// How much is in an event: `150 people, 15 groups`.
fn told(EventSize { groups, people }: EventSize) -> String {
    format!("{}, {}", words::count(people, "person", "people"), words::count(groups, "group", "groups"))
}
