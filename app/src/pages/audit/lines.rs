//! The lines of the audit: a table, on a phone one below the other.

use chrono::SecondsFormat;
use leptos::prelude::*;
use thon_domain::audit::{AuditEntry, Outcome, Via};

/// All lines of a page.
#[component]
pub fn Lines(entries: Vec<AuditEntry>) -> impl IntoView {
    if entries.is_empty() {
        return view! {
            <div class="card void">
                <h2>"Nothing of that"</h2>
                <p>"Other words, another outcome or more days may find what you look for."</p>
            </div>
        }
        .into_any();
    }
    view! {
        <section class="card" aria-label="Lines">
            <div class="tblw" tabindex="0" role="region" aria-label="Table of the audit">
                <table class="t-aud">
                    <thead>
                        <tr>
                            <th scope="col">"Time"</th>
                            <th scope="col">"Who"</th>
                            <th scope="col">"What"</th>
                            <th scope="col">"On what"</th>
                            <th scope="col">"Outcome"</th>
                        </tr>
                    </thead>
                    <tbody>{entries.into_iter().map(|entry| view! { <Line entry /> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Line(entry: AuditEntry) -> impl IntoView {
    let AuditEntry { at, who, via, address, deed, detail, object, outcome, reason, times, .. } = entry;
    let from = address.map_or_else(|| via_words(via).to_owned(), |ip| format!("{} from {ip}", via_words(via)));
    let who = if who.is_empty() { "Nobody known".to_owned() } else { who };
    let often = (times > 1).then(|| format!(", {times} times"));
    let (day, time) = (at.format("%Y-%m-%d").to_string(), at.format("%H:%M:%S").to_string());
    view! {
        <tr data-outcome=outcome.to_string()>
            <td class="c-at sm">
                <time class="tn" datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)>
                    <span class="dim">{day}</span> " " {time}
                </time>
            </td>
            <th scope="row" class="c-who any">
                {who}
                <span class="xs mute block font-normal">{from}</span>
            </th>
            <td class="c-what any">
                {deed.words()}
                {(!detail.is_empty()).then(|| view! { <span class="xs mute block any">{detail}</span> })}
            </td>
            <td class="c-on any">{object.map(|object| object.name)}</td>
            <td class="c-out any">
                <span class="out">{outcome_words(outcome)}{often}</span>
                {reason.map(|reason| view! { <span class="xs mute block any">{reason}</span> })}
            </td>
        </tr>
    }
}

/// An outcome in a word.
pub const fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "Done",
        Outcome::Refused => "Refused",
        Outcome::Failed => "Failed",
    }
}

const fn via_words(via: Via) -> &'static str {
    match via {
        Via::Page => "browser",
        Via::Api => "REST",
        Via::CommandLine => "command line",
        Via::Editor => "editor",
        Via::Background => "background",
    }
}
