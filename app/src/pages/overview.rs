//! The overview: how the event is, what needs somebody, what happened.

use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    capacity::Capacity, chart::StartsChart, needs::Needs, queue::Queue, recent::Latest, strip::Strip, tiles::Tiles,
};
use super::{
    gate::{WithFleet, answered},
    instances::{actions::Actions, empty::NobodyHere, launch::LaunchMissing},
};
use crate::{
    api::history::Recent,
    layout::{Desk, Here},
    live::FleetStore,
    viewer::Viewer,
};

mod capacity;
mod chart;
mod needs;
mod queue;
mod recent;
mod strip;
mod tiles;

/// The page of those who run the event.
#[component]
pub fn Overview(viewer: Viewer) -> impl IntoView {
    view! {
        <Title text="Overview" />
        <WithFleet viewer page=|viewer, store| view! { <Whole viewer store /> }.into_any() />
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let actions = Actions::new();
    let nobody = store.seen(|view| view.users.is_empty());
    view! {
        <Desk viewer store here=Here::Overview title="Overview">
            {actions.problem()}
            {move || {
                if nobody.get() {
                    view! { <NobodyHere /> }.into_any()
                } else {
                    view! { <Everything store actions /> }.into_any()
                }
            }}
        </Desk>
    }
}

#[component]
fn Everything(store: FleetStore, actions: Actions) -> impl IntoView {
    view! {
        <div class="row wrap tools">
            <Strip store />
            <LaunchMissing store actions group=None />
        </div>
        <div class="ov">
            <div class="stack rail">
                <Needs store actions />
                <Queue store />
                {answered(|recent: Recent| view! { <Capacity carries=recent.carries /> }.into_any())}
            </div>
            <div class="stack">
                <Tiles store />
                <Past store />
            </div>
        </div>
    }
}

/// What there is to look back at.
#[component]
fn Past(store: FleetStore) -> impl IntoView {
    answered(move |recent: Recent| {
        let newest = recent.latest.first().map_or(0, |one| one.number);
        view! {
            <StartsChart store starts=recent.starts newest />
            <Latest store latest=recent.latest />
        }
        .into_any()
    })
}
