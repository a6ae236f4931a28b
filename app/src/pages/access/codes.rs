//! The codes by which people come in, and the form for another.

use leptos::{form::ActionForm, prelude::*};

use super::Acts;
use crate::{
    api::access::CodeLine,
    ui::{Copy, Icon, Symbol},
};

/// How long a code may be good, in hours and in words. The second is the usual.
const TERMS: [(u32, &str); 5] = [(2, "2 hours"), (12, "12 hours"), (48, "2 days"), (168, "1 week"), (744, "1 month")];

/// The codes, and the form for another.
#[component]
pub fn CodesCard(acts: Acts, codes: Vec<CodeLine>, groups: Vec<(String, String)>) -> impl IntoView {
    let none = codes.is_empty().then(|| {
        view! { <p class="pad dim">"Make a code and show it on the wall: whoever scans it gets a place and an editor."</p> }
    });
    let lines = codes.into_iter().map(|code| view! { <Line acts code /> }).collect_view();
    view! {
        <section class="card" aria-labelledby="codes">
            <header>
                <h2 id="codes" class="grow">"Join codes"</h2>
            </header>
            {none}
            <ul class="lines">{lines}</ul>
            <New acts groups />
        </section>
    }
}

#[component]
fn Line(acts: Acts, code: CodeLine) -> impl IntoView {
    let CodeLine { id, code, url, leads, used, until } = code;
    let of = format!(" {code}");
    view! {
        <li>
            <div class="grow">
                <p class="row wrap"><b class="mono">{code}</b> <Copy text=url what="the link" /></p>
                <p class="sm dim any">{leads}</p>
                <p class="sm dim any">{used} ", " {until}</p>
            </div>
            <a class="btn sm" href=format!("/access/codes/{id}")>"Show" <span class="sr">{of.clone()}</span></a>
            <ActionForm action=acts.revoke_code>
                <input type="hidden" name="code" value=id.to_string() />
                <button class="btn sm bad">"Revoke" <span class="sr">{of}</span></button>
            </ActionForm>
        </li>
    }
}

#[component]
fn New(acts: Acts, groups: Vec<(String, String)>) -> impl IntoView {
    let group = |(id, name): (String, String)| view! { <option value=id>{name}</option> };
    let term = |(hours, words): (u32, &'static str)| {
        view! { <option value=hours.to_string() selected={hours == TERMS[1].0}>{words}</option> }
    };
    view! {
        <ActionForm action=acts.make_code attr:class="row wrap pad newt">
            <div class="field grow">
                <label for="code-group">"Leads to"</label>
                <select class="sel" id="code-group" name="group">
                    <option value="">"A team of their own"</option>
                    {groups.into_iter().map(group).collect_view()}
                </select>
            </div>
            <div class="field num">
                <label for="code-seats">"Seats in a team"</label>
                <input class="in" id="code-seats" name="seats" type="number" min="1" max="1000" value="5" required />
            </div>
            <div class="field num">
                <label for="code-places">"People in all"</label>
                <input class="in" id="code-places" name="places" type="number" min="1" max="10000" value="200" required />
            </div>
            <div class="field">
                <label for="code-hours">"For"</label>
                <select class="sel" id="code-hours" name="hours">{TERMS.map(term).collect_view()}</select>
            </div>
            <label class="row"><input class="ck" type="checkbox" name="approval" value="true" /> "An organizer lets each in"</label>
            <button class="btn" disabled=acts.make_code.pending()><Icon symbol=Symbol::Link />"Make code"</button>
        </ActionForm>
    }
}
