//! Everybody at a glance: a tile for each person, group by group.

use leptos::prelude::*;
use thon_domain::user::User;

use crate::{
    live::{FleetStore, roster::Team},
    pages::instances::row::memo,
    ui::StateWords,
};

/// The groups with their tiles.
#[component]
pub fn Tiles(store: FleetStore) -> impl IntoView {
    let teams = move || store.teams().get().into_iter().filter(|team| !team.users.is_empty()).collect::<Vec<_>>();
    let key = |team: &Team| (team.group.id, team.group.updated_at, team.users.clone().len());
    view! {
        <section class="card" aria-labelledby="tiles">
            <header><h2 id="tiles">"Sandboxes"</h2></header>
            <ul class="heat">
                <For each=teams key=key let:team>
                    <Block store team />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn Block(store: FleetStore, team: Team) -> impl IntoView {
    let tally = store.tally(Some(team.group.id));
    let name = team.group.name.to_string();
    let href = format!("/instances?group={name}");
    view! {
        <li class="hb">
            <a href=href>
                <span class="cut" title=name.clone()>{name.clone()}</span>
                <span class="n tn">
                    {move || tally.with(|tally| format!("{}/{}", tally.running, tally.people))}
                    <span class="sr">" running"</span>
                </span>
            </a>
            <div class="tiles">
                {team.users.into_iter().map(|user| view! { <Tile store user /> }).collect_view()}
            </div>
        </li>
    }
}

/// One person: the state as colour and sign, the words as its name.
#[component]
fn Tile(store: FleetStore, user: User) -> impl IntoView {
    let instance = store.row(user.id);
    let state = memo(&instance, |one| one.map(|one| one.state));
    let id = memo(&instance, |one| one.map(|one| one.id));
    let name = user.name.to_string();
    let title = move || format!("{name}: {}", StateWords::of(state.get()).word);
    let href = move || id.get().map_or_else(|| format!("/instances?q={}", user.slug), |id| format!("/instances/{id}"));
    view! {
        <a class="tile" data-s=move || StateWords::of(state.get()).key href=href title=title.clone() aria-label=title>
            <svg class="i" aria-hidden="true">
                <use href=move || StateWords::of(state.get()).symbol.href() />
            </svg>
        </a>
    }
}
