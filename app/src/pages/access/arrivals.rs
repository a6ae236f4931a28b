//! Who waits to be let in.

use leptos::{form::ActionForm, prelude::*};

use super::Acts;
use crate::{api::access::WaitingLine, words};

/// Those who wait; nothing while nobody does.
#[component]
pub fn ArrivalsCard(acts: Acts, waiting: Vec<WaitingLine>, groups: Vec<(String, String)>) -> impl IntoView {
    if waiting.is_empty() {
        return ().into_any();
    }
    let count = words::count(waiting.len(), "person waits", "people wait");
    let lines = waiting.into_iter().map(|one| view! { <Line acts one groups=groups.clone() /> }).collect_view();
    view! {
        <section class="card" aria-labelledby="arrivals">
            <header>
                <h2 id="arrivals" class="grow">"Waiting for approval"</h2>
                <span class="sm" role="status">{count}</span>
            </header>
            <ul class="lines">{lines}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Line(acts: Acts, one: WaitingLine, groups: Vec<(String, String)>) -> impl IntoView {
    let WaitingLine { id, name, wants, since, needs_group } = one;
    let (of, of_refused) = (format!(" {name}"), format!(" {name}"));
    let group = |(id, name): (String, String)| view! { <option value=id>{name}</option> };
    let choice = needs_group.then(|| {
        view! {
            <select class="sel" name="group" required aria-label=format!("Group for {name}")>
                <option value="">"Choose a group"</option>
                {groups.into_iter().map(group).collect_view()}
            </select>
        }
    });
    view! {
        <li class="wrap">
            <div class="grow">
                <p class="any font-medium">{name.clone()}</p>
                <p class="sm dim any">{wants} ", " {since}</p>
            </div>
            <ActionForm action=acts.let_in attr:class="row wrap">
                <input type="hidden" name="arrival" value=id.to_string() />
                {choice}
                <button class="btn sm pri">"Let in" <span class="sr">{of}</span></button>
            </ActionForm>
            <ActionForm action=acts.refuse>
                <input type="hidden" name="arrival" value=id.to_string() />
                <button class="btn sm bad">"Refuse" <span class="sr">{of_refused}</span></button>
            </ActionForm>
        </li>
    }
}
