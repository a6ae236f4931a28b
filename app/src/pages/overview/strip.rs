//! How many are in which state.

use leptos::prelude::*;

use crate::{
    live::FleetStore,
    pages::instances::filter::Filter,
    ui::{Icon, Symbol},
};

/// The counts, each with the way to those who are counted.
#[component]
pub fn Strip(store: FleetStore) -> impl IntoView {
    let counts = store.seen(|view| Filter::default().counts(view));
    let of = move |states: &[&str]| counts.with(|counts| states.iter().map(|state| counts.of(state)).sum::<usize>());
    let people = move || format!("of {}", of(&[""]));
    view! {
        <dl class="strip">
            <Count state="running" symbol=Symbol::StateRunning words="Running" count=move || of(&["running"]) more=people />
            <Count state="paused" symbol=Symbol::StatePaused words="Paused" count=move || of(&["paused"]) />
            <Count state="pending" symbol=Symbol::StatePending words="Starting" count=move || of(&["pending"]) />
            <Count state="failed" symbol=Symbol::StateFailed words="Failed" count=move || of(&["failed"]) />
            <Count state="terminated" symbol=Symbol::StateTerminated words="Terminated" count=move || of(&["terminated"]) />
            <Count state="none" symbol=Symbol::StateNone words="Not started" count=move || of(&["none"]) />
        </dl>
    }
}

#[component]
fn Count(
    state: &'static str,
    symbol: Symbol,
    words: &'static str,
    #[prop(into)] count: Signal<usize>,
    #[prop(into, optional)] more: Signal<String>,
) -> impl IntoView {
    view! {
        <div>
            <dt data-s=state>
                <a class="st" href=format!("/instances?state={state}")>
                    <Icon symbol />
                    {words}
                </a>
            </dt>
            <dd>
                {count}
                " "
                <small>{more}</small>
            </dd>
        </div>
    }
}
