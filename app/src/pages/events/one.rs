//! The page of one event: when it takes place, who joins, who is in it. Of an archived one there is as much to read.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::location::Url;
use thon_domain::{event::Event, id::EventId, problem::Problem};

use super::fields::{EventFields, policy_words};
use crate::{
    api::{
        error::{ApiError, failure},
        events::{ArchiveEvent, EditEvent, EventGroup, event_groups},
        people::CreateGroup,
    },
    layout::{CHOOSE, Desk, Here},
    live::FleetStore,
    pages::{
        gate::{Organizing, answered, organizes, provide_answer, provide_fleet},
        groups::NewGroup,
        not_found::NotFound,
        path_id::path_id,
    },
    ui::{Icon, ProblemCard, Symbol},
    viewer::Viewer,
    words,
};

/// What can be done here.
#[derive(Clone, Copy)]
struct Own {
    edit: ServerAction<EditEvent>,
    archive: ServerAction<ArchiveEvent>,
    create_group: ServerAction<CreateGroup>,
}

impl Own {
    fn new() -> Self {
        Self { edit: ServerAction::new(), archive: ServerAction::new(), create_group: ServerAction::new() }
    }

    fn failed(self) -> impl Iterator<Item = Problem> {
        let all = [failure(self.edit), failure(self.archive), failure(self.create_group)];
        all.into_iter().flatten()
    }
}

/// The page at its own path.
#[component]
pub fn EventPage() -> impl IntoView {
    let id = path_id::<EventId>();
    provide_fleet(organizes);
    provide_answer(organizes, move || id.get(), read);
    provide_context(Own::new());
    view! { <Organizing page=|viewer, store| view! { <Found viewer store /> }.into_any() /> }
}

async fn read(id: Option<EventId>) -> Result<Vec<EventGroup>, ApiError> {
    match id {
        Some(id) => event_groups(id).await,
        None => Ok(Vec::new()),
    }
}

#[component]
fn Found(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let id = path_id::<EventId>().get_untracked();
    let theirs = id.filter(|id| viewer.runs(*id));
    match theirs.and_then(|id| store.with_view(|view| view.events.get(&id).cloned())) {
        Some(event) => view! { <Whole viewer store event /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore, event: Event) -> impl IntoView {
    let (own, id) = (expect_context::<Own>(), event.id);
    // Changed meanwhile, it shows what it is now.
    let now = store.seen(move |view| view.events.get(&id).cloned());
    let now = Memo::new(move |_| now.get().unwrap_or_else(|| event.clone()));
    let archived = Memo::new(move |_| now.with(Event::is_archived));
    let problems = move || own.failed().map(|problem| view! { <ProblemCard problem /> }).collect_view();
    let new_group =
        move || view! { <NewGroup create=own.create_group event_id=Some(now.with(|event| event.event_id.clone())) /> };
    view! {
        <Title text=move || now.with(|event| event.name().to_owned()) />
        <Desk viewer store here=Here::Event>
            {problems}
            {move || view! { <Head store own event=now.get() /> }}
            <div class="det">
                <section class="card" aria-label="Groups">
                    {answered(move |groups: Vec<EventGroup>| view! { <Groups store groups /> }.into_any())}
                </section>
                <div class="stack">
                    {move || view! { <Edit own event=now.get() /> }}
                    <Show when=move || !archived.get()>{new_group}</Show>
                </div>
            </div>
        </Desk>
    }
}

#[component]
fn Head(store: FleetStore, own: Own, event: Event) -> impl IntoView {
    let name = event.name().to_owned();
    let Event { id, event_id, schedule, join_policy, archived_at, .. } = event;
    let (events, chosen) = (store.events(), store.chosen());
    // Whether to look at it alone is another thing than to look at all.
    let may_choose = move || {
        let is_shown = chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.id == id));
        !is_shown && events.with(|events| events.len() > 1 && events.iter().any(|(event, _)| *event == id))
    };
    let export = format!("/api/groups/export?event_id={}", Url::escape(&event_id));
    let archived = archived_at.is_some();
    let state = if archived { "Archived" } else { policy_words(join_policy) };
    view! {
        <div class="head">
            <div class="grow">
                <h1 class="any">{name}</h1>
                <p class="row wrap facts dim">
                    <code class="tag any">{event_id.clone()}</code>
                    <span class="tn any">{words::schedule(&schedule)}</span>
                    <span>{state}</span>
                </p>
            </div>
            <div class="btns">
                <Show when=may_choose>
                    <form method="post" action=CHOOSE>
                        <input type="hidden" name="event" value=id.to_string() />
                        <button class="btn sm" title="All pages show this event then">"Switch to this event"</button>
                    </form>
                </Show>
                <a class="btn sm" href=format!("{export}&format=yaml") download="groups.yaml" rel="external">
                    <Icon symbol=Symbol::Down />
                    "Export YAML"
                </a>
                <a class="btn sm" href=export download="groups.json" rel="external">
                    <Icon symbol=Symbol::Down />
                    "Export JSON"
                </a>
                <Archive own event_id archived />
            </div>
        </div>
    }
}

/// Puts it into the archive, or takes it out.
#[component]
fn Archive(own: Own, event_id: String, archived: bool) -> impl IntoView {
    let (word, about) = if archived {
        ("Take out of the archive", None)
    } else {
        ("Archive", Some("Nothing starts in it, nobody comes into it; everything is kept"))
    };
    view! {
        <ActionForm action=own.archive>
            <input type="hidden" name="event" value=event_id />
            <input type="hidden" name="archived" value=(!archived).to_string() />
            <button class="btn sm" disabled=own.archive.pending() title=about>{word}</button>
        </ActionForm>
    }
}

/// Who is in it.
#[component]
fn Groups(store: FleetStore, groups: Vec<EventGroup>) -> impl IntoView {
    let people = groups.iter().map(|group| group.people.len()).sum::<usize>();
    let told =
        format!("{}, {}", words::count(groups.len(), "group", "groups"), words::count(people, "person", "people"));
    let line = |group: EventGroup| view! { <Line store group /> };
    view! {
        <header><span class="sm dim tn grow">{told}</span></header>
        <ul class="lines">{groups.into_iter().map(line).collect_view()}</ul>
    }
}

#[component]
fn Line(store: FleetStore, group: EventGroup) -> impl IntoView {
    let EventGroup { id, name, title, people } = group;
    let people = if people.is_empty() { "nobody is in it".to_owned() } else { people.join(", ") };
    // The page of a group shows how its people are now. Those of an archived event and of one that is not chosen are left out there.
    let has_page = store.seen(move |view| view.groups.contains_key(&id));
    let named = move || {
        let name = name.clone();
        if has_page.get() {
            view! { <a class="name link any font-semibold" href=format!("/groups/{id}")>{name}</a> }.into_any()
        } else {
            view! { <b class="any">{name}</b> }.into_any()
        }
    };
    view! {
        <li class="part">
            <div class="grow">
                <p class="row wrap">{named} {title.map(|title| view! { <span class="dim any">{title}</span> })}</p>
                <p class="sm dim any">{people}</p>
            </div>
        </li>
    }
}

/// The form with everything that may be different about it.
#[component]
fn Edit(own: Own, event: Event) -> impl IntoView {
    let Event { event_id, title, schedule, join_policy, .. } = event;
    view! {
        <section class="card" aria-labelledby="edit">
            <header><h2 id="edit">"This event"</h2></header>
            <ActionForm action=own.edit attr:class="stack pad">
                <input type="hidden" name="event" value=event_id.clone() />
                <EventFields title schedule join_policy />
                <div class="field">
                    <label for="event-id">"Id, as files name it"</label>
                    <input class="in mono" id="event-id" name="event_id" required maxlength="64" value=event_id autocomplete="off" />
                </div>
                <button class="btn" disabled=own.edit.pending()>"Save event"</button>
            </ActionForm>
        </section>
    }
}
