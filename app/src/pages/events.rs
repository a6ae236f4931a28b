//! The page of the events: the hackathons that this THON runs, those that are over, and the form for another.

use leptos::{form::ActionForm, prelude::*};
use thon_domain::event::{Event, EventSize, JoinPolicy, Schedule};

use self::fields::EventFields;
use super::{
    gate::{Organizing, organizes, provide_fleet},
    people::{Acts, Remove, provide_removal},
};
use crate::{
    api::{error::failure, events::CreateEvent},
    layout::{Desk, Here},
    live::FleetStore,
    ui::ProblemCard,
    viewer::Viewer,
    words,
};

mod fields;
mod one;

pub use self::one::EventPage;

/// The page at its own path.
#[component]
pub fn EventsPage() -> impl IntoView {
    provide_fleet(organizes);
    provide_context(Acts::new());
    provide_context(ServerAction::<CreateEvent>::new());
    provide_removal();
    view! { <Organizing title="Events" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let create = expect_context::<ServerAction<CreateEvent>>();
    let runs_all = viewer.events.is_none();
    let theirs = viewer.clone();
    let of = move |archived: bool| {
        let viewer = theirs.clone();
        store.seen(move |view| {
            let some = view.events.values().filter(|event| event.is_archived() == archived && viewer.runs(event.id));
            some.cloned().collect::<Vec<_>>()
        })
    };
    let (events, archived) = (of(false), of(true));
    let none = move || events.with(Vec::is_empty);
    let some_archived = move || archived.with(|archived| !archived.is_empty());
    view! {
        <Desk viewer store here=Here::Events title="Events">
            {move || failure(create).map(|problem| view! { <ProblemCard problem /> })}
            {acts.problems()}
            <Remove acts />
            <div class="det">
                <div class="stack">
                    <section class="card" aria-label="Events">
                        <ul class="lines">
                            <For each=move || events.get() key=|event| (event.id, event.updated_at) let:event>
                                <Line store event />
                            </For>
                        </ul>
                        <Show when=none>
                            <div class="void">
                                <h2>"There is no event"</h2>
                                <p>"The first one is made with the first group, or here."</p>
                            </div>
                        </Show>
                    </section>
                    <Show when=some_archived>
                        <section class="card" aria-labelledby="archived">
                            <header><h2 id="archived">"Archived"</h2></header>
                            <ul class="lines">
                                <For each=move || archived.get() key=|event| (event.id, event.updated_at) let:event>
                                    <Line store event />
                                </For>
                            </ul>
                        </section>
                    </Show>
                </div>
                // Another event is made by who runs all of them.
                {runs_all.then(|| view! { <NewEvent create /> })}
            </div>
        </Desk>
    }
}

#[component]
fn Line(store: FleetStore, event: Event) -> impl IntoView {
    let size = store.size(Some(event.id));
    let told = move || {
        let EventSize { groups, people } = size.get();
        format!("{}, {}", words::count(groups, "group", "groups"), words::count(people, "person", "people"))
    };
    let (id, name, archived) = (event.id, event.name().to_owned(), event.is_archived());
    view! {
        <li class="part">
            <div class="grow">
                <p class="row wrap">
                    <a class="name link any font-semibold" href=format!("/events/{id}")>{name.clone()}</a>
                    <code class="tag any">{event.event_id}</code>
                </p>
                // Who is in an archived one is told on its page.
                {(!archived).then(|| view! { <p class="sm dim tn">{told}</p> })}
                {words::schedule(&event.schedule).map(|when| view! { <p class="sm dim tn any">{when}</p> })}
            </div>
            <a class="btn sm bad" href=format!("?event={id}") data-noscroll="">
                "Delete…"
                <span class="sr">{format!(" {name}")}</span>
            </a>
        </li>
    }
}

#[component]
fn NewEvent(create: ServerAction<CreateEvent>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="new-event">
            <header><h2 id="new-event">"New event"</h2></header>
            <ActionForm action=create attr:class="stack pad">
                <div class="field">
                    <label for="event-id">"Id, as files name it"</label>
                    <input class="in mono" id="event-id" name="event_id" required maxlength="64" autocomplete="off" placeholder="hackathon-2026-spring" />
                </div>
                <EventFields title=None schedule=Schedule::default() join_policy=JoinPolicy::default() />
                <p class="sm dim">"A file of people that names this id fills it."</p>
                <button class="btn" disabled=create.pending()>"Make event"</button>
            </ActionForm>
        </section>
    }
}
