//! Jobs that began while somebody looks: their items are on their own pages.

use leptos::prelude::*;
use thon_domain::{id::JobId, live::Activity};

use super::told;
use crate::live::{FleetStore, begun, ended_at};

/// The jobs that the stream has told of since the page was made, the newest first.
#[component]
pub fn Begun(
    store: FleetStore,
    /// Those that are in the list already.
    known: Vec<JobId>,
) -> impl IntoView {
    let jobs = Memo::new(move |_| {
        let line = |one: &Activity| {
            let (id, kind, items) = begun(one).filter(|(id, ..)| !known.contains(id))?;
            Some((id, told::wish(kind, items.into()), one.cause.name.clone()))
        };
        store.heard().with(|heard| heard.iter().filter_map(line).collect::<Vec<_>>())
    });
    view! {
        <ul class="lines">
            <For each=move || jobs.get() key=|(id, ..)| *id let((id, wish, by))>
                <li>
                    <div class="grow">
                        <p class="row wrap">
                            <a class="font-semibold link" href=format!("/jobs/{id}")>{wish}</a>
                            <span class="sm dim any">"by " {by}</span>
                        </p>
                        <p class="sm dim">{move || if ended_at(store, id).is_some() { "Over." } else { "Goes on." }}</p>
                    </div>
                </li>
            </For>
        </ul>
    }
}
