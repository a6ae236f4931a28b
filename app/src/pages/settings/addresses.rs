//! How sandboxes are reached, and whether the addresses lead here.

use leptos::prelude::*;

use crate::{
    api::settings::{AddressesBoard, SightLine},
    ui::{Icon, Symbol},
};

/// The tier, what is weak about it, and what this machine sees of its own addresses.
#[component]
pub fn AddressesCard(addresses: AddressesBoard) -> impl IntoView {
    let AddressesBoard { facts, warnings, sights } = addresses;
    let astray = sights.iter().any(|sight| !sight.works);
    let (key, symbol, word) = match (astray, warnings.is_empty()) {
        (true, _) => ("failed", Symbol::StateFailed, "Somebody should look"),
        (false, false) => ("pending", Symbol::Warn, "Lead here, with a warning"),
        (false, true) => ("running", Symbol::StateRunning, "Lead here"),
    };
    let fact = |(name, is): (String, String)| view! { <dt>{name}</dt> <dd class="any">{is}</dd> };
    let warning = |text: String| {
        view! {
            <div class="note" data-s="pending" role="note"><Icon symbol=Symbol::Warn /> <div><p>{text}</p></div></div>
        }
    };
    view! {
        <section class="card" aria-labelledby="addresses">
            <header>
                <h2 id="addresses" class="grow">"Addresses"</h2>
                <span class="st" data-s=key><Icon symbol />{word}</span>
            </header>
            {warnings.into_iter().map(warning).collect_view()}
            <dl class="dl pad">{facts.into_iter().map(fact).collect_view()}</dl>
            <ul class="lines">{sights.into_iter().map(|sight| view! { <Sight sight /> }).collect_view()}</ul>
            <p class="pad dim sm">
                "As this machine sees it. Whether they work from elsewhere, the page of an instance finds out from your browser."
            </p>
        </section>
    }
}

#[component]
fn Sight(sight: SightLine) -> impl IntoView {
    let SightLine { subject, works, detail } = sight;
    let (key, symbol, word) = if works {
        ("running", Symbol::StateRunning, "Works")
    } else {
        ("failed", Symbol::StateFailed, "Does not work")
    };
    view! {
        <li>
            <div class="grow">
                <h3 class="row sm"><span class="mono any grow">{subject}</span> <span class="st" data-s=key><Icon symbol />{word}</span></h3>
                <p class="sm any">{detail}</p>
            </div>
        </li>
    }
}
