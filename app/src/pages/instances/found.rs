//! How many rows were found, and the way out when there are none.

use leptos::prelude::*;

use super::{filter::Filter, steady::Steady};
use crate::{next_path, words};

/// Tells how many rows are shown of whoever is there.
#[component]
pub fn Found(query: Memo<String>, filter: Memo<Filter>, steady: Steady) -> impl IntoView {
    let found =
        Memo::new(move |_| steady.sections.with(|all| all.iter().map(|section| section.users.len()).sum::<usize>()));
    let narrows = Memo::new(move |_| filter.with(Filter::narrows));
    let told = move || {
        if narrows.get() { format!("{} found.", words::count(found.get(), "person", "people")) } else { String::new() }
    };
    let everybody = move || {
        let without = |query: String, key| next_path::with(&query, key, "");
        ["q", "state", "group"].into_iter().fold(query.get(), without)
    };
    let all = move || query.with(|query| next_path::with(query, "chosen", "all"));
    view! {
        <p class="row wrap sm dim found">
            <span role="status">{told}</span>
            <Show when=move || found.get() != 0>
                <a class="link" href=all data-choose="all" data-noscroll="">
                    {move || format!("Select all {}", found.get())}
                </a>
            </Show>
            <Show when=move || narrows.get()>
                <a class="link" href=everybody data-noscroll="">
                    "Show everybody"
                </a>
            </Show>
            <a class="link" href="/jobs">"Jobs"</a>
            <Show when=move || steady.waits.get()>
                <button type="button" class="link" on:click=move |_| steady.sort_now()>"Bring the rows up to date"</button>
            </Show>
        </p>
        <Show when=move || found.get() == 0>
            <div class="card void">
                <h2>"Nobody matches"</h2>
                <p>"Other words, another state or another group may find whom you look for."</p>
            </div>
        </Show>
    }
}
