//! The page of the events: the hackathons that this THON runs, what they are called, and their end.

use leptos::{form::ActionForm, prelude::*};
use thon_domain::{event::Event, id::EventId, problem::Problem};

use super::{
    gate::{Organizing, organizes, provide_fleet},
    people::{Acts, Remove, provide_removal},
};
use crate::{
    api::{
        error::failure,
        people::{CreateEvent, EditEvent},
    },
    layout::{Desk, Here},
    live::FleetStore,
    ui::ProblemCard,
    viewer::Viewer,
    words,
};

/// What can be done with events alone.
#[derive(Clone, Copy)]
struct Own {
    create: ServerAction<CreateEvent>,
    edit: ServerAction<EditEvent>,
}

impl Own {
    fn failed(self) -> impl Iterator<Item = Problem> {
        [failure(self.create), failure(self.edit)].into_iter().flatten()
    }
}

/// The page at its own path.
#[component]
pub fn EventsPage() -> impl IntoView {
    provide_fleet(organizes);
    provide_context(Acts::new());
    provide_context(Own { create: ServerAction::new(), edit: ServerAction::new() });
    provide_removal();
    view! { <Organizing title="Events" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let (acts, own) = (expect_context::<Acts>(), expect_context::<Own>());
    let failed = move || own.failed().map(|problem| view! { <ProblemCard problem /> }).collect_view();
    let events = store.seen(|view| view.events.values().cloned().collect::<Vec<_>>());
    let none = move || events.with(Vec::is_empty);
    view! {
        <Desk viewer store here=Here::Events title="Events">
            {failed}
            {acts.problems()}
            <Remove acts />
            <div class="det">
                <section class="card" aria-label="Events">
                    <ul class="lines">
                        <For each=move || events.get() key=|event| (event.id, event.updated_at) let:event>
                            <Line store own event />
                        </For>
                    </ul>
                    <Show when=none>
                        <div class="void">
                            <h2>"There is no event yet"</h2>
                            <p>"The first one is made with the first group, or here."</p>
                        </div>
                    </Show>
                </section>
                <NewEvent own />
            </div>
        </Desk>
    }
}

/// How many groups and people an event has.
fn size(store: FleetStore, id: EventId) -> Memo<(usize, usize)> {
    store.seen(move |view| {
        let groups = view.groups.values().filter(|group| group.event == id).count();
        let of_event =
            |user: &&thon_domain::user::User| view.groups.get(&user.group).is_some_and(|group| group.event == id);
        (groups, view.users.values().filter(of_event).count())
    })
}

#[component]
fn Line(store: FleetStore, own: Own, event: Event) -> impl IntoView {
    let size = size(store, event.id);
    let told = move || {
        let (groups, people) = size.get();
        format!("{}, {}", words::count(groups, "group", "groups"), words::count(people, "person", "people"))
    };
    let (id, event_id) = (event.id.to_string(), event.event_id.clone());
    let (title_field, id_field) = (format!("title-{id}"), format!("id-{id}"));
    let name = event.title.clone().unwrap_or_else(|| event.event_id.clone());
    let (change, whose) = (format!("Change {name}"), format!(" {name}"));
    view! {
        <li class="part">
            <div class="grow">
                <p class="row wrap">
                    <b class="any">{name.clone()}</b>
                    <code class="tag any">{event_id.clone()}</code>
                </p>
                <p class="sm dim tn">{told}</p>
            </div>
            <a class="btn sm bad" href=format!("?event={id}") data-noscroll="">
                "Delete…"
                <span class="sr">{whose.clone()}</span>
            </a>
            <ActionForm action=own.edit attr:class="row wrap newt all" attr:aria-label=change>
                <input type="hidden" name="event" value=event_id.clone() />
                <div class="field grow">
                    <label for=title_field.clone()>"Title"</label>
                    <input class="in" id=title_field name="title" maxlength="200" value=event.title.clone() autocomplete="off" />
                </div>
                <div class="field grow">
                    <label for=id_field.clone()>"Id in files"</label>
                    <input class="in mono" id=id_field name="event_id" required maxlength="64" value=event_id autocomplete="off" />
                </div>
                <button class="btn" disabled=own.edit.pending()>"Save"<span class="sr">{whose}</span></button>
            </ActionForm>
        </li>
    }
}

#[component]
fn NewEvent(own: Own) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="new-event">
            <header><h2 id="new-event">"New event"</h2></header>
            <ActionForm action=own.create attr:class="stack pad">
                <div class="field">
                    <label for="event-id">"Id, as files name it"</label>
                    <input class="in mono" id="event-id" name="event_id" required maxlength="64" autocomplete="off" placeholder="hackathon-2026-spring" />
                </div>
                <div class="field">
                    <label for="event-title">"Title, if you like"</label>
                    <input class="in" id="event-title" name="title" maxlength="200" autocomplete="off" placeholder="Spring hackathon" />
                </div>
                <p class="sm dim">"A file of people that names this id fills it."</p>
                <button class="btn" disabled=own.create.pending()>"Make event"</button>
            </ActionForm>
        </section>
    }
}
