//! What happened last.

use leptos::prelude::*;
use thon_domain::live::Activity;

use crate::{
    api::history::TOLD,
    live::{FleetStore, told},
    ui::Timeline,
    words,
};

/// The last activities, which go on by themselves.
#[component]
pub fn Latest(store: FleetStore, latest: Vec<Activity>) -> impl IntoView {
    let newest = latest.first().map_or(0, |one| one.number);
    let entries = Memo::new(move |_| {
        let heard = store.heard().get();
        let all = heard
            .iter()
            .filter(|one| one.number > newest && one.change.is_about_fleet())
            .chain(&latest)
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
