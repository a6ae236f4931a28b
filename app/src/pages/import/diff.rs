//! What an import would do, and the button that does it.

use leptos::{form::ActionForm, prelude::*};

use crate::{
    api::draft::{DraftBoard, DraftEntry, DraftGroup, ImportDraft, Mark},
    ui::{Icon, Symbol},
    words,
};

/// How many people of a group are told one by one.
const NAMED: usize = 100;

/// The diff.
#[component]
pub fn Diff(import: ServerAction<ImportDraft>, board: DraftBoard) -> impl IntoView {
    let DraftBoard { id, sentence, changes, event, groups, missing } = board;
    let event = event.into_iter().map(|line| view! { <p class="sm dim any">{line}</p> }).collect_view();
    let act = if changes {
        view! {
            <ActionForm action=import>
                <input type="hidden" name="draft" value=id.to_string() />
                <div class="btns">
                    <button class="btn pri" disabled=import.pending()>"Import it"</button>
                    <a class="btn" href="/groups/import">"Do not"</a>
                </div>
            </ActionForm>
        }
        .into_any()
    } else {
        view! { <a class="btn" href="/groups">"Back to the groups"</a> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="diff">
            <header><h2 id="diff">"What it would do"</h2></header>
            <div class="stack pad" role="status">
                <p class="font-semibold">{sentence}</p>
                {event}
                {missing.map(|missing| view! { <p class="sm dim">{missing}</p> })}
                {act}
            </div>
            <ul class="lines diff">{groups.into_iter().map(|group| view! { <Group group /> }).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Group(group: DraftGroup) -> impl IntoView {
    let DraftGroup { entry, users, unchanged } = group;
    let more = users.len().saturating_sub(NAMED);
    let rest = [
        (more, "more person is new or changed", "more people are new or changed"),
        (unchanged, "person stays as they are", "people stay as they are"),
    ];
    let rest: Vec<String> = rest
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| words::count(count, one, many))
        .collect();
    view! {
        <li>
            <div class="grow">
                <Entry entry />
                <ul class="items in-group">
                    {users.into_iter().take(NAMED).map(|entry| view! { <li><Entry entry /></li> }).collect_view()}
                </ul>
                {(!rest.is_empty()).then(|| view! { <p class="sm dim">{rest.join(", ")}</p> })}
            </div>
        </li>
    }
}

#[component]
fn Entry(entry: DraftEntry) -> impl IntoView {
    let DraftEntry { name, mark, changes } = entry;
    let (key, symbol, word) = match mark {
        Mark::New => ("running", Symbol::Plus, "New"),
        Mark::Changed => ("pending", Symbol::Again, "Changed"),
        Mark::Same => ("none", Symbol::StateNone, "There"),
    };
    view! {
        <span class="row wrap entry">
            <b class="any">{name}</b>
            <span class="st sm" data-s=key><Icon symbol />{word}</span>
            <span class="sm dim any">{changes.join(", ")}</span>
        </span>
    }
}
