//! The page of the instances: everybody's, live, to start and to end.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::{
    actions::Actions,
    confirm::{Asked, Confirm},
    empty::NobodyHere,
    launch::LaunchMissing,
    table::Table,
    undo::Undo,
};
use super::{
    forbidden::NotYours,
    gate::{SignedIn, WithFleet},
};
use crate::{layout::Desk, live::FleetStore, viewer::Viewer};

mod act;
mod actions;
mod confirm;
mod empty;
mod launch;
mod row;
mod table;
mod undo;

/// The page at its own path.
#[component]
pub fn InstancesPage() -> impl IntoView {
    view! { <SignedIn page=|viewer| view! { <Instances viewer /> }.into_any() /> }
}

/// The page for a viewer, if they may see it.
#[component]
pub fn Instances(viewer: Viewer) -> impl IntoView {
    if !viewer.role.organizes() {
        return view! { <NotYours viewer thing="page" /> }.into_any();
    }
    view! {
        <Title text="Instances" />
        <WithFleet viewer page=|viewer, store| view! { <Dashboard viewer store /> }.into_any() />
    }
    .into_any()
}

#[component]
fn Dashboard(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let actions = Actions::new();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::of));
    let nobody = Memo::new(move |_| store.teams().with(|teams| teams.iter().all(|team| team.users.is_empty())));
    view! {
        <Desk viewer store title="Instances">
            {actions.problem()}
            <Confirm store actions asked />
            <Undo store actions />
            {move || {
                if nobody.get() {
                    view! { <NobodyHere /> }.into_any()
                } else {
                    view! {
                        <div class="tools row wrap">
                            <span class="end"><LaunchMissing store actions group=None /></span>
                        </div>
                        <Table store actions />
                    }
                    .into_any()
                }
            }}
        </Desk>
    }
}
