//! What needs somebody: whoever did not start, and why.

use leptos::prelude::*;
use thon_domain::{
    id::InstanceId,
    instance::{Instance, State},
    live::FleetView,
    user::User,
};

use crate::{
    live::FleetStore,
    pages::instances::{actions::Actions, launch::LaunchOne},
    ui::{Icon, Symbol},
};

/// How many are told one by one.
const TOLD: usize = 5;

/// A failure that nobody tries to mend any more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failed {
    id: InstanceId,
    user: User,
    reason: String,
}

/// The failures; gone when there are none.
#[component]
pub fn Needs(store: FleetStore, actions: Actions) -> impl IntoView {
    let failed = store.seen(failed);
    let count = Memo::new(move |_| failed.with(Vec::len));
    let told = move || failed.get().into_iter().take(TOLD);
    view! {
        <section class="card" aria-labelledby="needs">
            <header>
                <h2 id="needs" class="grow">"Needs you"</h2>
                <span class="sm dim tn">{count}</span>
            </header>
            <Show when=move || count.get() == 0>
                <p class="pad dim">"Nothing. Whatever fails to start is told here."</p>
            </Show>
            <For each=told key=|one| (one.id, one.reason.clone()) let:one>
                <Note actions one />
            </For>
            <Show when=move || { count.get() > TOLD }>
                <p class="pad"><a class="link" href="/instances?state=failed">{move || format!("All {} that failed", count.get())}</a></p>
            </Show>
        </section>
    }
}

#[component]
fn Note(actions: Actions, one: Failed) -> impl IntoView {
    let Failed { id, user, reason } = one;
    view! {
        <div class="note" data-s="failed">
            <Icon symbol=Symbol::StateFailed />
            <div>
                <h3>{format!("{} did not start", user.name)}</h3>
                <p>{reason}</p>
                <div class="btns">
                    <LaunchOne actions user again=Signal::stored(true) />
                    <a class="btn sm ghost" href=format!("/instances/{id}")>"Look into it"</a>
                </div>
            </div>
        </div>
    }
}

fn failed(view: &FleetView) -> Vec<Failed> {
    let told = |one: &Instance| {
        let user = view.users.get(&one.user)?.clone();
        let reason = one.failure.as_ref().map(|failure| failure.reason.clone()).unwrap_or_default();
        Some(Failed { id: one.id, user, reason })
    };
    view.instances.values().filter(|one| one.state == State::Failed).filter_map(told).collect()
}
