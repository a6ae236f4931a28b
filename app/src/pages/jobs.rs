//! The page of the jobs: what was wanted of many, by whom, and how far it is.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use thon_domain::id::JobId;

use self::{begun::Begun, line::Line};
use super::gate::{Organizing, answered, organizes, provide_answer, provide_whole_fleet};
use crate::{
    api::jobs::{JobCards, TOLD, jobs},
    layout::{Desk, Here},
    live::FleetStore,
    next_path::value,
    viewer::Viewer,
};

pub use self::line::{Bar, When};

mod begun;
mod line;
pub mod told;

/// The page at its own path.
#[component]
pub fn JobsPage() -> impl IntoView {
    let page = page();
    provide_whole_fleet(organizes);
    provide_answer(organizes, move || page.get(), jobs);
    view! { <Organizing title="Jobs" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

/// Which page the URL asks for.
fn page() -> Memo<u32> {
    let search = use_location().search;
    Memo::new(move |_| search.with(|search| value(search, "page")?.parse().ok()).unwrap_or(1).max(1))
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    view! {
        <Desk viewer store here=Here::Instance title="Jobs">
            {answered(move |cards: JobCards| view! { <List store cards page=page().get_untracked() /> }.into_any())}
        </Desk>
    }
}

#[component]
fn List(store: FleetStore, cards: JobCards, page: u32) -> impl IntoView {
    let JobCards { jobs, total } = cards;
    let nobody = jobs.is_empty();
    let known: Vec<JobId> = jobs.iter().map(|card| card.job.id).collect();
    let more = u64::from(page) * u64::from(TOLD) < total;
    let void = move || nobody && store.heard().with(|heard| !heard.iter().any(|one| crate::live::begun(one).is_some()));
    view! {
        <p class="dim">
            "What was asked of many at once: launches, pauses, ends. Each is kept for 30 days. "
            <a class="link" href="/instances">"Choose instances"</a>
        </p>
        <section class="card" aria-label="Jobs">
            {(page == 1).then(|| view! { <Begun store known /> })}
            <ul class="lines">{jobs.into_iter().map(|card| view! { <Line store card /> }).collect_view()}</ul>
            <p class="pad dim" hidden=move || !void()>"Nothing was asked of many yet."</p>
        </section>
        <nav class="row" aria-label="Pages of jobs">
            {(page > 1).then(|| view! { <a class="link" href=format!("?page={}", page - 1)>"Newer"</a> })}
            {more.then(|| view! { <a class="link" href=format!("?page={}", page + 1)>"Earlier"</a> })}
        </nav>
    }
}
