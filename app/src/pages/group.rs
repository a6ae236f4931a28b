//! The page of one group: its people, what it is called and may have, and its end.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use thon_domain::{
    group::Group,
    id::{GroupId, InstanceId},
};

use super::{
    gate::{Organizing, organizes, provide_fleet},
    instances::{
        confirm::{Asked, Confirm},
        launch::LaunchMissing,
        undo::Undo,
    },
    not_found::NotHere,
    path_id::path_id,
    people::{
        Acts, LimitFields, NewUser, PeopleTable, Remove,
        finder::{self, Pager},
        provide_removal,
        wanted::{Page, Wanted},
    },
};
use crate::{
    layout::{Desk, Here},
    live::{FleetStore, roster},
    ui::{Icon, Symbol},
    viewer::Viewer,
    words,
};

/// The page at its own path.
#[component]
pub fn GroupPage() -> impl IntoView {
    provide_fleet(organizes);
    provide_context(Acts::new());
    provide_removal();
    view! { <Organizing page=|viewer, store| view! { <Found viewer store /> }.into_any() /> }
}

/// The group in the path, if there is one.
#[component]
fn Found(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let id = path_id::<GroupId>().get_untracked();
    let group = id.and_then(|id| store.with_view(|view| view.groups.get(&id).cloned()));
    match group {
        Some(group) => view! { <Whole viewer store group /> }.into_any(),
        None => view! { <NotHere store /> }.into_any(),
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore, group: Group) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let id = group.id;
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| Asked::of(search)));
    let query = finder::query();
    let page = Memo::new(move |_| {
        let wanted = query.with(|query| Wanted::of(query));
        store.teams().with(|teams| wanted.people(teams, Some(id)))
    });
    let (nth, pages) =
        (Signal::derive(move || page.with(|page| page.number)), Signal::derive(move || page.with(Page::pages)));
    // Renamed meanwhile, it shows its new name.
    let now = store.seen(move |view| view.groups.get(&id).cloned());
    let now = Memo::new(move |_| now.get().unwrap_or_else(|| group.clone()));
    view! {
        <Title text=move || now.with(|group| group.name.to_string()) />
        <Desk viewer store here=Here::Group>
            {acts.problems()}
            <Remove acts />
            <Confirm store actions=acts.instances asked />
            <Undo store actions=acts.instances />
            <Head store acts group=now />
            <div class="det">
                <div class="stack">
                    <PeopleTable store acts query page grouped=false />
                    <Pager query page=nth pages />
                    <Show when=move || page.with(|page| page.total == 0)>
                        <div class="card void">
                            <h2>"Nobody is in this group"</h2>
                            <p>"Add somebody by name, or import a file with many."</p>
                        </div>
                    </Show>
                </div>
                <div class="stack">
                    <NewUser store acts group=Some(id) />
                    {move || view! { <Edit acts group=now.get() /> }}
                </div>
            </div>
        </Desk>
    }
}

#[component]
fn Head(store: FleetStore, acts: Acts, group: Memo<Group>) -> impl IntoView {
    let id = group.with_untracked(|group| group.id);
    let tally = store.tally(Some(id));
    let running = move || tally.with(|tally| format!("{} of {} running", tally.running, tally.people));
    let event = store.with_view(|view| view.events.get(&group.with_untracked(|group| group.event)).cloned());
    let there = store.seen(move |view| {
        let of_group = |user: &thon_domain::id::UserId| view.users.get(user).is_some_and(|user| user.group == id);
        let there = view.instances.values().filter(|one| of_group(&one.user) && !roster::is_missing(Some(one)));
        there.map(|one| one.id).collect::<Vec<_>>()
    });
    let end = move || {
        let ids: Vec<String> = there.with(|ids| ids.iter().map(|id: &InstanceId| format!("ids[]={id}")).collect());
        format!("?{}&act=terminate", ids.join("&"))
    };
    let made = store.clock().so_far(move || Some(group.with(|group| group.created_at)));
    view! {
        <div class="head">
            <div class="grow">
                <h1 class="any">{move || group.with(|group| group.name.to_string())}</h1>
                <p class="row wrap facts dim">
                    <span class="any">{move || group.with(|group| group.title.clone())}</span>
                    <span class="tn">{running}</span>
                    {event.map(|event| view! { <a class="link any" href=format!("/events/{}", event.id)>{event.name().to_owned()}</a> })}
                    <span>"made " {made} " ago"</span>
                </p>
            </div>
            <div class="btns">
                <LaunchMissing store actions=acts.instances group=Some(id) />
                <Show when=move || !there.with(Vec::is_empty)>
                    <a class="btn sm" href=end data-noscroll="">
                        <Icon symbol=Symbol::Stop />
                        {move || format!("Terminate {}…", words::count(there.with(Vec::len), "instance", "instances"))}
                    </a>
                </Show>
                <a class="btn sm bad" href=format!("?delete={id}") data-noscroll="">"Delete group…"</a>
            </div>
        </div>
    }
}

/// What it is called and may have.
#[component]
fn Edit(acts: Acts, group: Group) -> impl IntoView {
    let Group { id, name, title, sandbox, .. } = group;
    view! {
        <section class="card" aria-labelledby="edit">
            <header><h2 id="edit">"This group"</h2></header>
            <ActionForm action=acts.edit_group attr:class="stack pad">
                <input type="hidden" name="group" value=id.to_string() />
                <div class="field">
                    <label for="edit-name">"Name"</label>
                    <input class="in" id="edit-name" name="name" required maxlength="32" value=name.to_string() autocomplete="off" />
                    <p class="xs mute">"Addresses and files of its people stay as they are."</p>
                </div>
                <div class="field">
                    <label for="edit-title">"Title"</label>
                    <input class="in" id="edit-title" name="title" maxlength="200" value=title autocomplete="off" />
                </div>
                <LimitFields own=sandbox usual="the usual" />
                <p class="xs mute">"Limits count from the next start of each sandbox on."</p>
                <button class="btn" disabled=acts.edit_group.pending()>"Save group"</button>
            </ActionForm>
        </section>
    }
}
