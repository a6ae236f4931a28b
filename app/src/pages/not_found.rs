//! What stands where nothing is.

use leptos::prelude::*;
use leptos_meta::Title;
use thon_domain::event::Event;

use crate::{
    api::answer_with,
    layout::{CHOOSE, Solo},
    live::FleetStore,
};

/// The 404 page.
#[component]
pub fn NotFound() -> impl IntoView {
    answer_with(404);
    view! {
        <Title text="Not found" />
        <Solo>
            <div class="mid">
                <div>
                    <h1>"There is nothing here"</h1>
                    <p class="dim">"The address is misspelled, or what was here is gone."</p>
                </div>
                <a class="btn pri lg" href="/">"Go to the start page"</a>
            </div>
        </Solo>
    }
}

/// What stands where a person, a group or an instance is not: it may be in another event than the chosen one.
#[component]
pub fn NotHere(store: FleetStore) -> impl IntoView {
    match store.chosen().get_untracked() {
        Some(event) => view! { <NotInEvent event /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn NotInEvent(event: Event) -> impl IntoView {
    answer_with(404);
    let heading = format!("This is not in {}", event.name());
    view! {
        <Title text="Not found" />
        <Solo>
            <div class="mid">
                <div>
                    <h1 class="any">{heading}</h1>
                    <p class="dim">"It is in another event, or it is gone."</p>
                </div>
                <form method="post" action=CHOOSE>
                    <button class="btn pri xl">"Look in all events"</button>
                </form>
                <a class="link" href="/">"Go to the start page"</a>
            </div>
        </Solo>
    }
}
