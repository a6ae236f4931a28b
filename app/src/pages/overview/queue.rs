//! Who waits for a start, in turn.

use leptos::prelude::*;

use thon_domain::id::UserId;

use crate::{
    live::FleetStore,
    ui::{Icon, Symbol},
    words,
};

/// How many are told one by one.
const TOLD: usize = 8;

/// The queue; gone when nobody waits.
#[component]
pub fn Queue(store: FleetStore) -> impl IntoView {
    let waiting = Memo::new(move |_| {
        let mut places: Vec<(u32, String)> = store.with_view(|view| {
            let name = |user: UserId| view.users.get(&user).map(|user| user.name.to_string());
            store.queue().with(|queue| queue.iter().filter_map(|(user, place)| Some((*place, name(*user)?))).collect())
        });
        places.sort_unstable();
        places
    });
    let more = move || waiting.with(Vec::len).saturating_sub(TOLD);
    let line = |(place, name): (u32, String)| {
        view! {
            <li data-s="pending">
                <Icon symbol=Symbol::StatePending />
                <span class="cut" title=name.clone()>{name.clone()}</span>
                <span class="mute tn">{format!("place {place}")}</span>
            </li>
        }
    };
    view! {
        <Show when=move || waiting.with(|waiting| !waiting.is_empty())>
            <section class="card" aria-labelledby="queue">
                <header>
                    <h2 id="queue" class="grow">"Start queue"</h2>
                    <span class="sm dim">{move || words::count(waiting.with(Vec::len), "person", "people")}</span>
                </header>
                <ol class="items pad">
                    {move || waiting.get().into_iter().take(TOLD).map(line).collect_view()}
                    {move || (more() > 0).then(|| view! { <li><span></span><span class="mute">{format!("and {} more", more())}</span></li> })}
                </ol>
            </section>
        </Show>
    }
}
