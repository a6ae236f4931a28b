//! The page of the instances: everybody's, live, to find, to start and to end.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use self::{
    actions::Actions,
    confirm::{Asked, Confirm},
    empty::NobodyHere,
    filter::Filter,
    found::Found,
    launch::LaunchMissing,
    row::Rows,
    steady::Steady,
    table::Table,
    tools::{States, Tools},
    undo::Undo,
};
use super::{
    forbidden::NotYours,
    gate::{SignedIn, WithFleet, provide_fleet},
};
use crate::{
    layout::{Desk, Here},
    live::FleetStore,
    next_path::{QUESTION, value, without},
    viewer::Viewer,
};

pub mod act;
pub mod actions;
mod bulk;
pub mod confirm;
pub mod empty;
pub mod filter;
mod found;
pub mod launch;
pub mod row;
mod steady;
mod table;
mod tools;
pub mod undo;

/// The page at its own path.
#[component]
pub fn InstancesPage() -> impl IntoView {
    provide_fleet(|viewer| viewer.role.organizes());
    view! { <SignedIn page=|viewer| view! { <Instances viewer /> }.into_any() /> }
}

/// The page for a viewer, if they may see it.
#[component]
fn Instances(viewer: Viewer) -> impl IntoView {
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
    let search = use_location().search;
    let asked = Memo::new(move |_| search.with(|search| Asked::of(search)));
    let nobody = store.seen(|view| view.users.is_empty());
    view! {
        <Desk viewer store here=Here::Instances title="Instances">
            {actions.problem()}
            <Confirm store actions asked />
            <Undo store actions />
            {move || {
                if nobody.get() {
                    view! { <NobodyHere /> }.into_any()
                } else {
                    view! { <Everybody store actions search /> }.into_any()
                }
            }}
        </Desk>
    }
}

/// Whoever is asked for, with what asks for them.
#[component]
fn Everybody(store: FleetStore, actions: Actions, search: Memo<String>) -> impl IntoView {
    let query = Memo::new(move |_| search.with(|search| kept(search)));
    let filter = Memo::new(move |_| query.with(|query| Filter::of(query)));
    store.beside().ask_readings();
    let steady = Steady::new(store, filter);
    let counts = store.seen(move |view| filter.with(|filter| filter.counts(view)));
    let all_chosen = search.with_untracked(|search| value(search, "chosen").is_some());
    let rows = Rows { store, actions, query, all_chosen };
    view! {
        <div class="row wrap tools">
            <Tools store filter />
            <LaunchMissing store actions group=None />
        </div>
        <States query filter counts />
        <Found query filter steady />
        <Table rows filter steady />
    }
}

/// What links keep of a query: all but the question.
fn kept(search: &str) -> String {
    without(&format!("?{}", search.trim_start_matches('?')), &QUESTION)
}
