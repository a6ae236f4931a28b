//! What happened last.

use leptos::prelude::*;
use thon_domain::{
    id::EventId,
    live::{Activity, Change},
};

use crate::{
    api::history::TOLD,
    live::{FleetStore, told},
    ui::Timeline,
    words,
};

/// The last activities, which go on by themselves.
#[component]
pub fn Latest(store: FleetStore, latest: Vec<Activity>) -> impl IntoView {
    let only = store.only();
    let newest = latest.first().map_or(0, |one| one.number);
    let entries = Memo::new(move |_| {
        let heard = store.heard().get();
        let all = heard
            .iter()
            .filter(|one| one.number > newest && one.change.is_about_fleet())
            .chain(&latest)
            .filter(|one| !is_elsewhere(&one.change, only))
            .take(TOLD as usize);
        store.with_view(|view| all.map(|one| told::entry(one, view, true)).collect::<Vec<_>>())
    });
    view! {
        <section class="card" aria-labelledby="latest">
            <header><h2 id="latest">"Recent activity"</h2></header>
            <div class="pad"><Timeline entries ago=words::about now=store.clock().now() /></div>
        </section>
    }
}

/// Whether it is about another event than the only one that is shown. Everybody is told of events, whichever it is.
fn is_elsewhere(change: &Change, only: Option<EventId>) -> bool {
    let event = change.event().or(change.deleted_event());
    event.zip(only).is_some_and(|(event, only)| event.id != only)
}
