//! The page of the groups: all of them, to find, to open, to launch, and the form for another.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::location::Url;

use self::list::List;
use super::{
    gate::{Organizing, organizes, provide_fleet},
    instances::{launch::LaunchMissing, undo::Undo},
    people::{Acts, finder},
};
use crate::{
    api::{error::failure, people::CreateGroup},
    layout::{Desk, Here},
    live::FleetStore,
    ui::{Icon, ProblemCard, Symbol},
    viewer::Viewer,
};

mod list;

/// The page at its own path.
#[component]
pub fn GroupsPage() -> impl IntoView {
    provide_fleet(organizes);
    provide_context(Acts::new());
    provide_context(ServerAction::<CreateGroup>::new());
    view! { <Organizing title="Groups" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let create = expect_context::<ServerAction<CreateGroup>>();
    let problem = move || failure(create);
    let query = finder::query();
    let chosen = store.chosen();
    let event_id = move || chosen.get().map(|event| event.event_id);
    view! {
        <Desk viewer store here=Here::Groups title="Groups">
            {move || problem().map(|problem| view! { <ProblemCard problem /> })}
            {acts.problems()}
            <Undo store actions=acts.instances />
            <div class="row wrap tools">
                <finder::Finder path="/groups" label="Search groups" example="Group or person" />
                <a class="btn" href="/events">"Events"</a>
                <LaunchMissing store actions=acts.instances group=None />
            </div>
            <div class="det">
                <List store acts query />
                <div class="stack">
                    {move || view! { <NewGroup create event_id=event_id() /> }}
                    <InAndOut store />
                </div>
            </div>
        </Desk>
    }
}

/// The form for another group.
#[component]
pub fn NewGroup(
    create: ServerAction<CreateGroup>,
    /// The event that it belongs to; the oldest that is not archived when none is named.
    event_id: Option<String>,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="new-group-title">
            <header><h2 id="new-group-title">"New group"</h2></header>
            <ActionForm action=create attr:class="stack pad">
                {event_id.map(|event_id| view! { <input type="hidden" name="event_id" value=event_id /> })}
                <div class="field">
                    <label for="group-name">"Name"</label>
                    <input class="in" id="group-name" name="name" required maxlength="32" autocomplete="off" placeholder="alpha" />
                </div>
                <div class="field">
                    <label for="group-title">"Title, if you like"</label>
                    <input class="in" id="group-title" name="title" maxlength="200" autocomplete="off" placeholder="Team Alpha" />
                </div>
                <button class="btn" disabled=create.pending()>"Make group"</button>
            </ActionForm>
        </section>
    }
}

/// The ways in and out for files: out of the event that is shown; of the oldest that is not archived where all are.
#[component]
pub fn InAndOut(store: FleetStore) -> impl IntoView {
    let chosen = store.chosen();
    let export = move |format: &str| {
        let event =
            chosen.with(|event| event.as_ref().map(|event| format!("&event_id={}", Url::escape(&event.event_id))));
        format!("/api/groups/export?format={format}{}", event.unwrap_or_default())
    };
    view! {
        <section class="card" aria-labelledby="files">
            <header><h2 id="files">"People in a file"</h2></header>
            <div class="stack pad">
                <p class="sm dim">"YAML, JSON or a table (CSV) of groups and people. What it would do is shown before."</p>
                <div class="btns">
                    <a class="btn" href="/groups/import">
                        <Icon symbol=Symbol::Plus />
                        "Import people…"
                    </a>
                    <a class="btn" href=move || export("yaml") download="groups.yaml" rel="external">
                        <Icon symbol=Symbol::Down />
                        "Export YAML"
                    </a>
                    <a class="btn" href=move || export("json") download="groups.json" rel="external">
                        <Icon symbol=Symbol::Down />
                        "Export JSON"
                    </a>
                </div>
            </div>
        </section>
    }
}
