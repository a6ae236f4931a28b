//! The page of one user: who they are, where they sit, what they may have, and their end.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use thon_domain::{id::UserId, user::User};

use super::{
    gate::{Organizing, organizes, provide_fleet},
    instances::{
        act::Act,
        confirm::{Asked, Confirm},
        row::memo,
        undo::Undo,
    },
    not_found::NotHere,
    path_id::path_id,
    people::{Acts, LimitFields, Remove, finder, provide_removal},
    reach::AddressesCard,
};
use crate::{
    layout::{Desk, Here},
    live::FleetStore,
    ui::StateMark,
    viewer::Viewer,
};

/// The page at its own path.
#[component]
pub fn UserPage() -> impl IntoView {
    provide_fleet(organizes);
    provide_context(Acts::new());
    provide_removal();
    view! { <Organizing page=|viewer, store| view! { <Found viewer store /> }.into_any() /> }
}

/// The user in the path, if there is one.
#[component]
fn Found(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let id = path_id::<UserId>().get_untracked();
    match id.and_then(|id| store.with_view(|view| view.users.get(&id).cloned())) {
        Some(user) => view! { <Whole viewer store user /> }.into_any(),
        None => view! { <NotHere store /> }.into_any(),
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore, user: User) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let (id, owner) = (user.id, user.clone());
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| Asked::of(search)));
    let now = store.seen(move |view| view.users.get(&id).cloned());
    let now = Memo::new(move |_| now.get().unwrap_or_else(|| user.clone()));
    view! {
        <Title text=move || now.with(|user| user.name.to_string()) />
        <Desk viewer store here=Here::User>
            {acts.problems()}
            <Remove acts back="/users" />
            <Confirm store actions=acts.instances asked />
            <Undo store actions=acts.instances />
            <Head store acts user=now />
            <div class="det">
                <div class="stack">
                    {move || view! { <Edit acts user=now.get() /> }}
                    <Move store acts user=now />
                </div>
                <div class="stack">
                    <AddressesCard store owner />
                </div>
            </div>
        </Desk>
    }
}

#[component]
fn Head(store: FleetStore, acts: Acts, user: Memo<User>) -> impl IntoView {
    let query = finder::query();
    let (id, owner) = user.with_untracked(|user| (user.id, user.clone()));
    let instance = store.row(id);
    let state = memo(&instance, |one| one.map(|one| one.state));
    let of_instance = memo(&instance, |one| one.map(|one| one.id));
    let group = store.seen(move |view| {
        let group = view.users.get(&id).and_then(|user| view.groups.get(&user.group));
        group.map(|group| (group.id, group.name.to_string()))
    });
    let place =
        move || group.get().map(|(id, name)| view! { <a class="link any" href=format!("/groups/{id}")>{name}</a> });
    let look =
        move || of_instance.get().map(|id| view! { <a class="link" href=format!("/instances/{id}")>"Instance"</a> });
    let made = store.clock().so_far(move || Some(user.with(|user| user.created_at)));
    view! {
        <div class="head">
            <div class="grow">
                <h1 class="any">{move || user.with(|user| user.name.to_string())}</h1>
                <p class="row wrap facts dim">
                    <StateMark state />
                    {place}
                    {look}
                    <span>"made " {made} " ago"</span>
                </p>
            </div>
            <div class="btns">
                <Act actions=acts.instances query user=owner instance />
                <a class="btn sm bad" href=format!("?users[]={id}") data-noscroll="">"Delete person…"</a>
            </div>
        </div>
    }
}

#[component]
fn Edit(acts: Acts, user: User) -> impl IntoView {
    let User { id, name, email, sandbox, .. } = user;
    view! {
        <section class="card" aria-labelledby="edit">
            <header><h2 id="edit">"This person"</h2></header>
            <ActionForm action=acts.edit_user attr:class="stack pad">
                <input type="hidden" name="user" value=id.to_string() />
                <div class="field">
                    <label for="edit-name">"Name"</label>
                    <input class="in" id="edit-name" name="username" required maxlength="32" value=name.to_string() autocomplete="off" />
                    <p class="xs mute">"The address and the files stay as they are."</p>
                </div>
                <div class="field">
                    <label for="edit-email">"E-mail address"</label>
                    <input class="in" id="edit-email" name="email" type="email" value=email autocomplete="off" />
                </div>
                <LimitFields own=sandbox usual="what the group has" />
                <p class="xs mute">"Limits count from the next start of the sandbox on."</p>
                <button class="btn" disabled=acts.edit_user.pending()>"Save person"</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Move(store: FleetStore, acts: Acts, user: Memo<User>) -> impl IntoView {
    let id = user.with_untracked(|user| user.id);
    let options = move || {
        let here = user.with(|user| user.group);
        let all = store.teams().with(|teams| {
            let all = teams.iter().map(|team| (team.group.id, team.group.name.to_string()));
            all.collect::<Vec<_>>()
        });
        let option = move |(group, name): (thon_domain::id::GroupId, String)| {
            view! { <option value=group.to_string() selected={group == here}>{name}</option> }
        };
        all.into_iter().map(option).collect_view()
    };
    view! {
        <section class="card" aria-labelledby="move">
            <header><h2 id="move">"Group"</h2></header>
            <ActionForm action=acts.transfer attr:class="row wrap pad newt">
                <input type="hidden" name="users[]" value=id.to_string() />
                <div class="field grow">
                    <label for="target">"Sits in"</label>
                    <select class="sel" id="target" name="target">{options}</select>
                </div>
                <button class="btn" disabled=acts.transfer.pending()>"Move"</button>
                <p class="xs mute">"Address, files and instance go with them."</p>
            </ActionForm>
        </section>
    }
}
