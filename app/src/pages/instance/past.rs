//! What happened to the instance, the newest first, page by page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use thon_domain::{id::InstanceId, live::Activity};

use crate::{
    api::history::TOLD,
    live::{FleetStore, told},
    next_path::value,
    pages::gate::answered,
    ui::Timeline,
    words,
};

/// The history, which goes on by itself while its first page is shown.
#[component]
pub fn Past(store: FleetStore, id: InstanceId) -> impl IntoView {
    let search = use_location().search;
    let before = Memo::new(move |_| search.with(|search| value(search, "before")?.parse::<i64>().ok()));
    let page =
        move |past: Vec<Activity>| view! { <Page store id past first=before.get_untracked().is_none() /> }.into_any();
    view! {
        <section class="card" aria-labelledby="past">
            <header><h2 id="past">"History"</h2></header>
            {answered(page)}
        </section>
    }
}

#[component]
fn Page(store: FleetStore, id: InstanceId, past: Vec<Activity>, first: bool) -> impl IntoView {
    let oldest = past.last().map(|one| one.number);
    let full = u32::try_from(past.len()).is_ok_and(|len| len >= TOLD);
    let newest = past.first().map_or(0, |one| one.number);
    let entries = Memo::new(move |_| {
        let heard = store.heard().get();
        let about =
            |one: &&Activity| first && one.number > newest && one.change.instance().is_some_and(|one| one.id == id);
        let all = heard.iter().filter(about).chain(&past);
        store.with_view(|view| all.map(|one| told::entry(one, view, false)).collect::<Vec<_>>())
    });
    view! {
        <div class="pad"><Timeline entries ago=words::about now=store.clock().now() /></div>
        <nav class="row pages" aria-label="Pages of the history">
            {(!first).then(|| view! { <a class="link" href="?" data-noscroll="">"Newest"</a> })}
            {oldest.filter(|_| full).map(|oldest| view! {
                <a class="link" href=format!("?before={oldest}") data-noscroll="">"Earlier"</a>
            })}
        </nav>
    }
}
