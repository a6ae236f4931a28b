//! The table: a body for each group, a row for each person, in place for as long as they are there.

use leptos::prelude::*;
use thon_domain::group::Group;

use super::{actions::Actions, launch::LaunchMissing, row::Row};
use crate::live::{
    FleetStore,
    roster::{self, Team},
};

/// Everybody's row.
#[component]
pub fn Table(store: FleetStore, actions: Actions) -> impl IntoView {
    let suffix = store.with_view(|view| format!(".{}", view.addresses.suffix));
    let filled = |team: Team| (!team.users.is_empty()).then_some(team.group);
    let groups = move || store.teams().get().into_iter().filter_map(filled);
    view! {
        <section class="card fitc" aria-label="Instances">
            <div class="tblw" tabindex="0" role="region" aria-label="Table of instances">
                <table class="t-inst">
                    <thead>
                        <tr>
                            <th scope="col" class="c-us">"User"</th>
                            <th scope="col" class="c-st">"State"</th>
                            <th scope="col">"Address " <span class="mute font-normal">{suffix}</span></th>
                            <th scope="col" class="c-port">"Port"</th>
                            <th scope="col" class="c-act"><span class="sr">"Actions"</span></th>
                        </tr>
                    </thead>
                    <For each=groups key=|group| (group.id, group.updated_at) let:group>
                        <Body store actions group />
                    </For>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Body(store: FleetStore, actions: Actions, group: Group) -> impl IntoView {
    let users = move || store.teams().with(|teams| roster::members(teams, group.id));
    let tally = store.tally(Some(group.id));
    let running = move || tally.with(|tally| format!("{} of {} running", tally.running, tally.people));
    let name = group.name.to_string();
    view! {
        <tbody>
            <tr class="group">
                <th colspan="5" scope="rowgroup">
                    <div class="row wrap">
                        <span class="name">{name.clone()}</span>
                        <span class="dim font-normal tn">{running}</span>
                        <span class="end">
                            <LaunchMissing store actions group=Some(group.id) name />
                        </span>
                    </div>
                </th>
            </tr>
            <For each=users key=|user| (user.id, user.updated_at) let:user>
                <Row store actions user />
            </For>
        </tbody>
    }
}
