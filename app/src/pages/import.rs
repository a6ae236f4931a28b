//! The import of people: a file is handed in, what it would do is shown, then it is done.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};
use thon_domain::{id::DraftId, problem::Problem};

use self::diff::Diff;
use super::gate::{Organizing, answered, organizes, provide_answer, provide_fleet};
use crate::{
    api::{
        draft::{DraftBoard, DraftImport, ImportDraft, draft},
        error::{ApiError, failure},
    },
    layout::{Desk, Here},
    live::FleetStore,
    next_path::value,
    ui::ProblemCard,
    viewer::Viewer,
};

mod diff;

/// What is shown before anybody has typed.
const EXAMPLE: &str = "group,username,email\nalpha,ada,ada@example.org\nalpha,grace,\nbeta,linus,linus@example.org\n";

/// What can be done here.
#[derive(Clone, Copy)]
struct Acts {
    draft: ServerAction<DraftImport>,
    import: ServerAction<ImportDraft>,
}

impl Acts {
    fn failed(self) -> Vec<Problem> {
        [failure(self.draft), failure(self.import)].into_iter().flatten().collect()
    }
}

/// What the page shows of a file that waits.
#[derive(Clone, Serialize, Deserialize)]
enum Waiting {
    Nothing,
    /// It is not kept any more.
    Gone,
    There(DraftBoard),
}

/// The page at its own path.
#[component]
pub fn ImportPage() -> impl IntoView {
    let search = use_location().search;
    let id = Memo::new(move |_| search.with(|search| value(search, "draft")?.parse::<DraftId>().ok()));
    provide_context(Acts { draft: ServerAction::new(), import: ServerAction::new() });
    provide_fleet(organizes);
    provide_answer(organizes, move || id.get(), read);
    view! { <Organizing title="Import people" page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

async fn read(id: Option<DraftId>) -> Result<Waiting, ApiError> {
    match id {
        Some(id) => Ok(draft(id).await?.map_or(Waiting::Gone, Waiting::There)),
        None => Ok(Waiting::Nothing),
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let problems = move || acts.failed().into_iter().map(|problem| view! { <ProblemCard problem /> }).collect_view();
    let waiting = move |waiting: Waiting| match waiting {
        Waiting::Nothing => ().into_any(),
        Waiting::Gone => view! {
            <p class="card pad">"The file that you looked at is not kept any more. Hand it in again."</p>
        }
        .into_any(),
        Waiting::There(board) => view! { <Diff import=acts.import board /> }.into_any(),
    };
    view! {
        <Desk viewer store here=Here::Group>
            {problems}
            <h1>"Import people"</h1>
            {answered(waiting)}
            <HandIn acts />
        </Desk>
    }
}

#[component]
fn HandIn(acts: Acts) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="hand-in">
            <header><h2 id="hand-in">"The file"</h2></header>
            <ActionForm action=acts.draft attr:class="stack pad">
                <p class="sm dim">
                    "A table with the columns " <code>"group"</code> ", " <code>"username"</code> " and, if you like, "
                    <code>"email"</code> ", as spreadsheets save it (CSV); or a groups file in YAML or JSON. Whoever is
                    there and not in the file stays."
                </p>
                <div class="field scripted">
                    <label for="file">"Choose a file"</label>
                    <input class="in file" id="file" type="file" accept=".csv,.tsv,.txt,.yaml,.yml,.json" data-fills="text" />
                </div>
                <div class="field">
                    <label for="text">"What it says"</label>
                    <textarea class="in area mono" id="text" name="text" rows="12" required spellcheck="false" placeholder=EXAMPLE></textarea>
                </div>
                <div class="btns">
                    <button class="btn pri" disabled=acts.draft.pending()>"Show what it would do"</button>
                    <a class="btn" href="/groups">"Back to the groups"</a>
                </div>
            </ActionForm>
        </section>
    }
}
