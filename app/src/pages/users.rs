//! The page of the users: everybody, to find, to add, to move and to delete.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    gate::{Organizing, organizes, provide_fleet},
    groups::InAndOut,
    instances::{
        confirm::{Asked, Confirm},
        undo::Undo,
    },
    people::{
        Acts, NewUser, PeopleTable, Remove,
        finder::{self, Finder, Pager, chooser},
        provide_removal,
        wanted::{Page, Wanted},
    },
};
use crate::{
    layout::{Desk, Here},
    live::FleetStore,
    next_path,
    viewer::Viewer,
    words,
};

/// The page at its own path.
#[component]
pub fn UsersPage() -> impl IntoView {
    provide_fleet(organizes);
    provide_context(Acts::new());
    provide_removal();
    view! { <Organizing title="Users" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| Asked::of(search)));
    let query = finder::query();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::of(query)));
    let page = Memo::new(move |_| wanted.with(|wanted| store.teams().with(|teams| wanted.people(teams, None))));
    let (nth, pages) =
        (Signal::derive(move || page.with(|page| page.number)), Signal::derive(move || page.with(Page::pages)));
    view! {
        <Desk viewer store here=Here::Users title="Users">
            {acts.problems()}
            <Remove acts />
            <Confirm store actions=acts.instances asked />
            <Undo store actions=acts.instances />
            <div class="row wrap tools">
                <Finder
                    path="/users"
                    label="Search users"
                    example="Name, group or e-mail address"
                    more=move || view! { <Groups store wanted /> }
                />
            </div>
            <Told query wanted page />
            <div class="det">
                <div class="stack">
                    <PeopleTable store acts query page grouped=true />
                    <Pager query page=nth pages />
                    <Show when=move || page.with(|page| page.total == 0)>
                        <Nobody wanted />
                    </Show>
                </div>
                <div class="stack">
                    <NewUser store acts group=None />
                    <InAndOut store />
                </div>
            </div>
        </Desk>
    }
}

/// The choice of a group.
#[component]
fn Groups(store: FleetStore, wanted: Memo<Wanted>) -> impl IntoView {
    let choose = chooser();
    let option = move |name: String| {
        let chosen = wanted.with_untracked(|wanted| wanted.group == name);
        view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
    };
    let names = move || {
        let names =
            store.teams().with(|teams| teams.iter().map(|team| team.group.name.to_string()).collect::<Vec<_>>());
        names.into_iter().map(option).collect_view()
    };
    view! {
        <select class="sel" name="group" aria-label="Group" on:change=move |event| choose("group", &event_target_value(&event))>
            <option value="">"All groups"</option>
            {names}
        </select>
    }
}

/// How many are found, and the way back to everybody.
#[component]
fn Told(query: Memo<String>, wanted: Memo<Wanted>, page: Memo<Page>) -> impl IntoView {
    let told = move || page.with(|page| words::count(page.total, "person", "people"));
    let everybody = move || {
        let without = |query: String, key| next_path::with(&query, key, "");
        ["q", "group", "page"].into_iter().fold(query.get(), without)
    };
    view! {
        <p class="row wrap sm dim found">
            <span class="tn" role="status">{told}</span>
            <Show when=move || wanted.with(Wanted::narrows)>
                <a class="link" href=everybody data-noscroll="">"Show everybody"</a>
            </Show>
        </p>
    }
}

#[component]
fn Nobody(wanted: Memo<Wanted>) -> impl IntoView {
    let narrows = move || wanted.with(Wanted::narrows);
    view! {
        <div class="card void">
            <h2>{move || if narrows() { "Nobody matches" } else { "Nobody is here yet" }}</h2>
            <p>
                {move || if narrows() {
                    "Other words or another group may find whom you look for."
                } else {
                    "Make a group first, or import a file with groups and people."
                }}
            </p>
        </div>
    }
}
