//! What the machine carries, told before a launch shows it.

use leptos::prelude::*;

use crate::{
    api::history::Carries,
    ui::{Icon, Symbol},
};

/// The sentence, loud when more is wanted than there is.
#[component]
pub fn Capacity(carries: Option<Carries>) -> impl IntoView {
    carries.map(|Carries { sentence, tight }| {
        view! {
            <section class="card" aria-labelledby="capacity">
                <header><h2 id="capacity">"Capacity"</h2></header>
                <p class="pad row" class:text-warn=tight>
                    {tight.then(|| view! { <Icon symbol=Symbol::Warn /> })}
                    <span class="any">"This machine " {sentence} "."</span>
                </p>
            </section>
        }
    })
}
