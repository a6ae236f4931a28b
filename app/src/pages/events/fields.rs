//! What people say of an event: what it is called, when it takes place, who joins.

use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use thon_domain::event::{JoinPolicy, Schedule};

/// The fields that every form of an event has.
#[component]
pub fn EventFields(title: Option<String>, schedule: Schedule, join_policy: JoinPolicy) -> impl IntoView {
    let Schedule { starts_at, ends_at, time_zone } = schedule;
    let option = |policy: JoinPolicy| {
        view! { <option value=policy.to_string() selected=policy == join_policy>{policy_words(policy)}</option> }
    };
    view! {
        <div class="field">
            <label for="event-title">"Title, if you like"</label>
            <input class="in" id="event-title" name="title" maxlength="200" value=title autocomplete="off" placeholder="Spring hackathon" />
        </div>
        <div class="field">
            <label for="event-start">"Begins"</label>
            <input class="in" id="event-start" name="when[starts_at]" type="datetime-local" value=local(starts_at) />
        </div>
        <div class="field">
            <label for="event-end">"Ends"</label>
            <input class="in" id="event-end" name="when[ends_at]" type="datetime-local" value=local(ends_at) />
        </div>
        <div class="field">
            <label for="event-zone">"Time zone of the venue"</label>
            <input class="in" id="event-zone" name="when[time_zone]" maxlength="64" value=time_zone placeholder="Europe/Berlin" autocomplete="off" spellcheck="false" />
            <p class="xs mute">"Both times are what the clocks there show, for example in Europe/Berlin."</p>
        </div>
        <div class="field">
            <label for="event-policy">"Who joins"</label>
            <select class="sel" id="event-policy" name="join_policy">
                {[JoinPolicy::Codes, JoinPolicy::Approval, JoinPolicy::Closed].map(option).collect_view()}
            </select>
        </div>
    }
}

/// Who joins, in words.
pub const fn policy_words(policy: JoinPolicy) -> &'static str {
    match policy {
        JoinPolicy::Codes => "Whoever has a code",
        JoinPolicy::Approval => "Whoever has a code, once let in",
        JoinPolicy::Closed => "Nobody by themselves",
    }
}

/// A time as the field of a form has it (<https://html.spec.whatwg.org/#local-dates-and-times>).
fn local(at: Option<DateTime<FixedOffset>>) -> Option<String> {
    at.map(|at| at.format("%Y-%m-%dT%H:%M").to_string())
}
