//! The page of one job: each person's part in it, live, and the way to call it off.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use thon_domain::{id::JobId, job::JobItem, problem::ProblemCode};

use super::{
    gate::{Organizing, answered, organizes, provide_answer, provide_whole_fleet},
    instances::row::memo,
    jobs::{Bar, When, told},
    not_found::NotFound,
    path_id::path_id,
};
use crate::{
    api::{
        error::{ApiError, failure},
        jobs::{CancelJob, JobCard, job},
    },
    layout::{Desk, Here},
    live::{FleetStore, Progress, Verdict},
    ui::{Icon, ProblemCard, StateMark, Symbol},
    viewer::Viewer,
};

/// The page at its own path.
#[component]
pub fn JobPage() -> impl IntoView {
    let id = path_id::<JobId>();
    provide_whole_fleet(organizes);
    provide_answer(organizes, move || id.get(), read);
    view! { <Organizing page=|viewer, store| view! { <Whole viewer store /> }.into_any() /> }
}

/// A job that is not there, or is nobody's to see, is none.
async fn read(id: Option<JobId>) -> Result<Option<JobCard>, ApiError> {
    match id {
        None => Ok(None),
        Some(id) => match job(id).await.map_err(ApiError::into_problem) {
            Err(problem) if problem.code == ProblemCode::NotFound => Ok(None),
            told => told.map(Some).map_err(ApiError::from),
        },
    }
}

#[component]
fn Whole(viewer: Viewer, store: FleetStore) -> impl IntoView {
    let viewer = StoredValue::new(viewer);
    answered(move |card: Option<JobCard>| match card {
        Some(card) => view! {
            <Desk viewer=viewer.get_value() store here=Here::Instance>
                <Found store card />
            </Desk>
        }
        .into_any(),
        None => view! { <NotFound /> }.into_any(),
    })
}

#[component]
fn Found(store: FleetStore, card: JobCard) -> impl IntoView {
    let (job, items) = (card.job.clone(), card.items.clone());
    let id = job.id;
    let progress = Progress::of(store, card);
    let cancel = ServerAction::<CancelJob>::new();
    let wish = told::wish(job.kind, progress.counts.with_untracked(|counts| counts.total));
    let goes_on = Memo::new(move |_| progress.counts.with(|counts| counts.open > 0));
    let may = move || goes_on.get() && !progress.is_called_off.get();
    let problem = move || failure(cancel);
    let line = |(nth, item): (usize, JobItem)| view! { <Part store progress nth item /> };
    view! {
        <Title text=wish.clone() />
        {move || problem().map(|problem| view! { <ProblemCard problem here=true /> })}
        <div class="head">
            <div class="grow">
                <h1>{wish}</h1>
                <p class="dim facts"><When store job /></p>
            </div>
            <div class="btns">
                <a class="btn" href="/jobs">"All jobs"</a>
                <Show when=may>
                    <ActionForm action=cancel>
                        <input type="hidden" name="id" value=id.to_string() />
                        <button class="btn" disabled=cancel.pending() title="Who waits leaves the queue; what has begun goes on">
                            <Icon symbol=Symbol::Stop />
                            "Call off"
                        </button>
                    </ActionForm>
                </Show>
            </div>
        </div>
        <section class="card" aria-label="Parts of the job">
            <div class="pad" role="status">
                <Bar counts=progress.counts />
                <p class="sm dim">{move || progress.is_called_off.get().then_some("It was called off: what had begun goes on.")}</p>
            </div>
            <ul class="lines">{items.into_iter().enumerate().map(line).collect_view()}</ul>
        </section>
    }
}

/// One person's part.
#[component]
fn Part(store: FleetStore, progress: Progress, nth: usize, item: JobItem) -> impl IntoView {
    let JobItem { user, label, instance, .. } = item;
    let verdict = Memo::new(move |_| progress.verdicts.with(|all| all.get(nth).cloned().flatten()));
    let name = match instance {
        Some(id) => view! { <a class="link any" href=format!("/instances/{id}")>{label}</a> }.into_any(),
        None => view! { <span class="any">{label}</span> }.into_any(),
    };
    let going = move || {
        let user = user?;
        let state = memo(&store.row(user), |one| one.map(|one| one.state));
        let place = store.queue_place(user);
        let turn = move || place.get().map(|place| format!("place {place} in the queue"));
        Some(view! { <span class="row"><StateMark state /> <span class="sm mute tn">{turn}</span></span> })
    };
    let told = move || match verdict.get() {
        Some(verdict) => view! { <Over verdict /> }.into_any(),
        None => going().into_any(),
    };
    view! { <li class="part"><span class="grow">{name}</span> {told}</li> }
}

/// What became of it, and why.
#[component]
fn Over(verdict: Verdict) -> impl IntoView {
    let (outcome, reason) = verdict;
    let (key, symbol, word) = told::outcome(outcome);
    view! {
        {reason.map(|reason| view! { <span class="sm dim any">{reason}</span> })}
        <span class="st" data-s=key><Icon symbol />{word}</span>
    }
}
