//! One job in the list, and how far it is.

use leptos::prelude::*;
use thon_domain::job::Job;

use super::told;
use crate::{
    api::jobs::JobCard,
    live::{Counts, FleetStore, Progress, ended_at},
    words,
};

/// A job with its progress.
#[component]
pub fn Line(store: FleetStore, card: JobCard) -> impl IntoView {
    let job = card.job.clone();
    let progress = Progress::of(store, card);
    let wish = move || told::wish(job.kind, progress.counts.with(|counts| counts.total));
    let href = format!("/jobs/{}", job.id);
    view! {
        <li>
            <div class="grow">
                <p class="row wrap">
                    <a class="font-semibold link" href=href>{wish}</a>
                    <span class="sm dim"><When store job /></span>
                </p>
                <Bar counts=progress.counts />
            </div>
        </li>
    }
}

/// By whom it was asked for, when, and how long it took or has taken so far.
#[component]
pub fn When(store: FleetStore, job: Job) -> impl IntoView {
    let clock = store.clock();
    let Job { id, asked_by, created_at, finished_at, .. } = job;
    let finished = Memo::new(move |before: Option<&Option<_>>| {
        before.copied().flatten().or(finished_at).or_else(|| ended_at(store, id))
    });
    let asked = clock.so_far(move || Some(created_at));
    let took = move || match finished.get() {
        Some(at) => format!(", took {}", words::elapsed(created_at, at)),
        None => ", goes on".to_owned(),
    };
    view! {
        <span class="any">"by " {asked_by.name}</span>
        ", "
        <span class="tn">{asked} " ago"</span>
        <span class="tn">{took}</span>
    }
}

/// How much of it has an outcome, as a bar and in words.
#[component]
pub fn Bar(counts: Memo<Counts>) -> impl IntoView {
    let total = move || counts.with(|counts| counts.total.max(1).to_string());
    let over = move || counts.with(|counts| (counts.total - counts.open).to_string());
    view! {
        <p class="row wrap">
            <progress class="bar" max=total value=over aria-label="How much is over"></progress>
            <span class="sm tn">{move || counts.with(told::counts)}</span>
        </p>
    }
}
